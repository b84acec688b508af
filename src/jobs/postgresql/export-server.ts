import { OctavoError } from '../../core/errors.js'
import { isDump } from '../../core/export-formats.js'
import type { Snapshot } from '../../core/engine.js'
import { writeDocument, type WrittenDocument } from '../../documents/write-document.js'
import { addressWarnings } from '../../engines/postgresql/connection/pooled-address.js'
import { openSnapshot } from '../../engines/postgresql/snapshot/open-snapshot.js'
import { identityOf } from '../export/identity-of.js'
import { documentHeader } from '../export/document-header.js'
import type { JobContext } from '../job-context.js'
import type { ExportInput, ExportResult } from '../job-types.js'
import { modelCounts, violationWarnings } from '../model-counts.js'
import { SpoolFile } from '../spool-file.js'
import { serverPlaceOf } from './server-place.js'
import { withHeartbeat } from './with-heartbeat.js'

export interface ServerExport {
  readonly input: ExportInput
  readonly workFolder: string
  readonly context: JobContext
}

/** Writes a document of one snapshot of a database on a server. */
export async function exportServer(step: ServerExport): Promise<ExportResult> {
  return await withHeartbeat(step.context, (context) => exportAndProve({ ...step, context }))
}

async function exportAndProve(step: ServerExport): Promise<ExportResult> {
  const { input, workFolder, context } = step
  const { database } = input
  if (isDump(input.format)) {
    const { exportDump } = await import('./export-dump.js')
    return await exportDump(step, input.format)
  }
  if (input.format !== 'json')
    throw new OctavoError(
      'usage',
      'a native copy is a file of SQLite; the database is on a server',
      {
        hint: 'Use --format custom or --format sql: what pg_dump writes.',
      },
    )
  const place = serverPlaceOf(database)
  const snapshot = await openSnapshot(place, {
    ...context,
    workFolder,
    busyTimeoutMs: input.busyTimeoutMs,
    excludeRows: database.excludeRows,
    modelNames: new Map(database.modelNames),
    pgDump: database.pgDump,
    ...(input.models && { models: input.models }),
  })
  try {
    const written = await writeSpool(step, snapshot)
    const models = modelCounts(written)
    if (input.verify) {
      const { proveAgainstServer } = await import('./prove-against-server.js')
      await proveAgainstServer(step, { snapshot, written })
    }
    return {
      file: input.file,
      format: 'json',
      bytes: written.bytes,
      fileSha256: written.fileSha256,
      contentSha256: written.contentSha256,
      identity: identityOf(input.database, snapshot.schema),
      records: written.summary.records,
      models,
      verified: input.verify ? 'snapshot' : null,
      excludedRows: snapshot.models.filter((m) => m.rowsExcluded).map(({ model }) => model),
      warnings: [...addressWarnings(place), ...schemaWarnings(step), ...violationWarnings(models)],
    }
  } finally {
    await snapshot.close()
  }
}

function schemaWarnings({ input: { database, models } }: ServerExport): string[] {
  if (database.pgDump !== 'none' || models) return []
  return ['the document holds rows without the SQL of the schema (PG_DUMP=none)']
}

async function writeSpool(
  { input, context }: ServerExport,
  snapshot: Snapshot,
): Promise<WrittenDocument> {
  const sink = await SpoolFile.create(input.file)
  try {
    const header = documentHeader(input, snapshot)
    const written = await writeDocument({ header, snapshot, sink, ...context })
    if (!input.temporary) await sink.sync()
    return written
  } finally {
    await sink.close()
  }
}
