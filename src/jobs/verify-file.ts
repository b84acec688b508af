import { join } from 'node:path'
import { foldCase } from '../core/fold-case.js'
import { OctavoError } from '../core/errors.js'
import { requireSpace } from '../core/files/free-space.js'
import { withWorkFolder } from '../core/files/work-folder.js'
import type { JobContext } from './job-context.js'
import type { ExportFormat, ModelCount, VerifyInput, VerifyResult } from './job-types.js'
import { totalRecords } from './model-counts.js'
import { prepareDatabase } from './prepare/prepare-database.js'
import { isFixture } from './prepare/is-fixture.js'
import { unpackedBytes } from './unpacked-bytes.js'

const verdicts = {
  json: 'round-trip',
  sqlite: 'pages',
  custom: 'restored',
  sql: 'restored',
} as const satisfies Record<ExportFormat, VerifyResult['verified']>

/** Restores a backup file into a scratch database and compares; changes nothing. */
export async function verifyFile(input: VerifyInput, context: JobContext): Promise<VerifyResult> {
  if (await isFixture(input.file)) {
    const { verifyFixture } = await import('./fixture/verify-fixture.js')
    return await verifyFixture(input, context)
  }
  if (input.against)
    throw new OctavoError('usage', '--against is for fixtures: this backup has a schema of its own')
  const needed = await unpackedBytes(input.file)
  const space = await requireSpace(input.workFolder, needed, 'the scratch database')
  context.onProgress({ phase: 'starting', space })
  return await withWorkFolder(input.workFolder, async (workFolder) => {
    const prepared = await prepareDatabase({
      file: input.file,
      path: join(workFolder, 'scratch.sqlite3'),
      workFolder,
      context,
      modelNames: new Map(),
      keepWal: false,
      onServer: async (reading) => {
        const { verifyOnServer } = await import('./postgresql/verify-on-server.js')
        return await verifyOnServer(reading, input.scratch, context)
      },
      onDump: async (dump) => {
        const { verifyDump } = await import('./postgresql/verify-dump.js')
        return await verifyDump(dump, { workFolder, context, scratch: input.scratch })
      },
    })
    const { format, canonical, header, contentSha256, models, warnings } = prepared
    requireRecords(models, input.expect)
    return {
      format,
      verified: verdicts[format],
      canonical,
      header,
      contentSha256,
      records: totalRecords(models),
      models,
      warnings,
    }
  })
}

export function requireRecords(models: readonly ModelCount[], expect: readonly string[]): void {
  const counts = new Map(models.map(({ model, records }) => [foldCase(model), records]))
  const missing = expect.filter((model) => !counts.get(foldCase(model)))
  if (missing.length > 0)
    throw new OctavoError('verify-failed', `the backup has no records of ${missing.join(', ')}`, {
      details: { missing },
    })
}
