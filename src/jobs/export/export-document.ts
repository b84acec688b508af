import { writeDocument, type WrittenDocument } from '../../documents/write-document.js'
import { openSnapshot } from '../../engines/sqlite/snapshot/open-snapshot.js'
import type { SqliteSnapshot } from '../../engines/sqlite/snapshot/sqlite-snapshot.js'
import type { proveAgainstSnapshot } from './prove-against-snapshot.js'
import type { ExportStep } from './export-step.js'
import { identityOf } from './identity-of.js'
import { documentHeader } from './document-header.js'
import type { ExportResult } from '../job-types.js'
import { modelCounts, violationWarnings } from '../model-counts.js'
import { SpoolFile } from '../spool-file.js'
import { withDigests } from '../with-digests.js'

export async function exportDocument(step: ExportStep): Promise<ExportResult> {
  const { input, path, workFolder, context } = step
  const snapshot = await openSnapshot(path, {
    ...context,
    workFolder,
    pageCopy: input.verify,
    busyTimeoutMs: input.busyTimeoutMs,
    excludeRows: input.database.excludeRows,
    modelNames: new Map(input.database.modelNames),
    ...(input.models && { models: input.models }),
  })
  try {
    const written = await writeSpool(step, snapshot)
    const models = modelCounts(written)
    if (input.verify) await prove(step, snapshot, written)
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
      warnings: violationWarnings(models),
    }
  } finally {
    await snapshot.close()
  }
}

async function writeSpool(
  { input, path, context }: ExportStep,
  snapshot: SqliteSnapshot,
): Promise<WrittenDocument> {
  const sink = await SpoolFile.create(input.file)
  try {
    const header = documentHeader(input, snapshot)
    const inService = input.temporary === true
    const written = await withDigests({ path, inService }, (digests) =>
      writeDocument({ header, snapshot, sink, digests, ...context }),
    )
    if (!input.temporary) await sink.sync()
    return written
  } finally {
    await sink.close()
  }
}

/** Loaded only here: an export that is not proved needs none of what reads and restores. */
async function prove(...proof: Parameters<typeof proveAgainstSnapshot>): Promise<void> {
  const { proveAgainstSnapshot } = await import('./prove-against-snapshot.js')
  await proveAgainstSnapshot(...proof)
}
