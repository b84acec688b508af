import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { type DumpFormat } from '../../core/export-formats.js'
import { OctavoError } from '../../core/errors.js'
import {
  addressWarnings,
  requireOwnSession,
} from '../../engines/postgresql/connection/pooled-address.js'
import { writeDump } from '../../engines/postgresql/dump/write-dump.js'
import { countRecords } from '../../engines/postgresql/records/count-records.js'
import { noProgram, openSnapshot } from '../../engines/postgresql/snapshot/open-snapshot.js'
import type { OpenedSnapshot } from '../../engines/postgresql/snapshot/opened-snapshot.js'
import { identityOf } from '../export/identity-of.js'
import type { ExportResult } from '../job-types.js'
import { totalRecords, violationWarnings } from '../model-counts.js'
import type { ServerExport } from './export-server.js'
import type { proveDump } from './prove-dump.js'
import { serverPlaceOf } from './server-place.js'

/** Writes what pg_dump makes of one snapshot of a database, custom or plain. */
export async function exportDump(step: ServerExport, format: DumpFormat): Promise<ExportResult> {
  const { input, workFolder, context } = step
  const { database, busyTimeoutMs } = input
  requireWhole(step)
  const place = serverPlaceOf(database)
  requireOwnSession(place)
  const snapshot = await openSnapshot(place, {
    ...context,
    workFolder,
    busyTimeoutMs,
    modelNames: new Map(database.modelNames),
    // The SQL of the schema is only needed to be compared.
    pgDump: input.verify ? database.pgDump : noProgram,
  })
  try {
    context.onProgress({ phase: 'dumping' })
    await dump(step, snapshot, format)
    const models = await countRecords(snapshot)
    const unseen = input.verify ? await prove(step, snapshot, format) : []
    return {
      file: input.file,
      format,
      bytes: (await stat(input.file)).size,
      fileSha256: await digestFile(input.file),
      contentSha256: null,
      identity: identityOfDump(step, snapshot),
      records: totalRecords(models),
      models,
      verified: input.verify ? 'snapshot' : null,
      excludedRows: [],
      warnings: [...addressWarnings(place), ...violationWarnings(models), ...unseen],
    }
  } finally {
    await snapshot.close()
  }
}

/** The digest is over the SQL of the schema too, which is read only where it is compared. */
function identityOfDump(
  { input: { database, verify } }: ServerExport,
  { schema }: OpenedSnapshot,
): ExportResult['identity'] {
  const identity = identityOf(database, schema)
  return verify ? identity : { ...identity, schema_sha256: null }
}

function requireWhole({ input: { format, models, database } }: ServerExport): void {
  if (database.pgDump === noProgram)
    throw new OctavoError('program-missing', `--format ${format} is made by pg_dump`, {
      hint: 'Name the program with PG_DUMP, in place of PG_DUMP=none.',
    })
  if (!models && database.excludeRows.length === 0) return
  const what = models ? 'chosen models only' : 'no rows of the models in EXCLUDE_ROWS'
  throw new OctavoError('usage', `a dump holds the whole database; it can not hold ${what}`, {
    hint: 'Use --format json for that.',
  })
}

async function prove(...proof: Parameters<typeof proveDump>): Promise<string[]> {
  const { proveDump: run } = await import('./prove-dump.js')
  return await run(...proof)
}

async function dump(
  { input, context: { signal } }: ServerExport,
  { session }: OpenedSnapshot,
  format: DumpFormat,
): Promise<void> {
  const { database, file, busyTimeoutMs } = input
  const snapshotId = await session.value(
    'SELECT pg_catalog.pg_export_snapshot()',
    'the snapshot could not be shown to pg_dump',
  )
  const { versionNumber } = session
  const server = { place: serverPlaceOf(database), versionNumber, snapshotId }
  const wish = { format, file, uncompressed: input.uncompressed }
  await writeDump(server, wish, { pgDump: database.pgDump ?? null, signal, busyTimeoutMs })
  if (input.temporary) return
  const handle = await open(file, 'r+')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function digestFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 }))
    // A read stream without an encoding gives buffers.
    hash.update(chunk as Buffer)
  return hash.digest('hex')
}
