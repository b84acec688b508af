import { tmpdir } from 'node:os'
import type { DocumentReading } from '../../core/document.js'
import { OctavoError } from '../../core/errors.js'
import { withWorkFolder } from '../../core/files/work-folder.js'
import { inPhase } from '../../core/progress.js'
import { openDocument } from '../../documents/open-document.js'
import { addressWarnings, openSession } from '../../engines/postgresql/connection/open-session.js'
import { listTables } from '../../engines/postgresql/schema/list-tables.js'
import type { JobContext } from '../job-context.js'
import type { RestoreInput, RestoreResult } from '../job-types.js'
import { modelCounts, violationWarnings } from '../model-counts.js'
import { openSource } from '../prepare/open-source.js'
import { originWarnings, requireRealValues } from '../restore/guard-production.js'
import { restoreMode } from '../restore/restore-mode.js'
import { buildOnServer } from './build-on-server.js'
import { serverPlaceOf } from './server-place.js'
import { withHeartbeat } from './with-heartbeat.js'

/**
 * Restores a document into a database on a server, in place of all that is in it, in one transaction:
 * it is committed when what was built equals the document, and else as if nothing had been.
 */
export async function restoreServer(
  input: RestoreInput,
  given: JobContext,
): Promise<RestoreResult> {
  return await withHeartbeat(given, (context) => restore(input, context))
}

async function restore(input: RestoreInput, context: JobContext): Promise<RestoreResult> {
  return await withWorkFolder(tmpdir(), async (workFolder) => {
    const source = await openSource(input.file, workFolder, context)
    if (source.kind !== 'document')
      throw new OctavoError(
        'restore-refused',
        `${input.file} is an SQLite file, and the target is PostgreSQL`,
      )
    const { signal } = context
    const onProgress = inPhase('loading', context.onProgress)
    const reading = await openDocument(source.path, { workFolder, signal, onProgress })
    try {
      requireReplace(input, reading)
      return await replace(input, reading, context)
    } finally {
      await reading.close()
    }
  })
}

function requireReplace(input: RestoreInput, { header }: DocumentReading): void {
  requireRealValues(header, input.target)
  const mode = restoreMode(input, header.selection !== undefined)
  if (mode === 'replace') return
  throw new OctavoError(
    'restore-refused',
    `rows alone are not restored into PostgreSQL by this version (${mode})`,
    {
      hint: 'Nothing was changed. Restore a complete backup (--mode replace) into a new database.',
    },
  )
}

async function replace(
  input: RestoreInput,
  reading: DocumentReading,
  context: JobContext,
): Promise<RestoreResult> {
  const place = serverPlaceOf(input.target)
  const { signal } = context
  const session = await openSession(place, { signal, lockTimeoutMs: input.deadlineMs })
  try {
    const isEmpty = (await listTables(session)).length === 0
    const { build, end } = await buildOnServer(session, reading, context)
    if (!input.dryRun) await build.commit()
    const models = modelCounts(end)
    return {
      mode: 'replace',
      dryRun: input.dryRun,
      created: false,
      changes: models.map(({ model, records }) => ({
        model,
        records,
        added: isEmpty ? records : null,
        changed: isEmpty ? 0 : null,
        removed: isEmpty ? 0 : null,
      })),
      safetyCopy: null,
      excludedRows: reading.header.excluded_rows ?? [],
      warnings: [
        ...originWarnings(reading.header, input.target),
        ...addressWarnings(place),
        ...build.warnings,
        ...violationWarnings(models),
      ],
    }
  } finally {
    await session.close()
  }
}
