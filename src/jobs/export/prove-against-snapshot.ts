import { join } from 'node:path'
import type { DocumentEnd } from '../../core/document.js'
import { OctavoError } from '../../core/errors.js'
import { inPhase } from '../../core/progress.js'
import { openDocument } from '../../documents/open-document.js'
import { requireEqualDatabases } from '../../engines/sqlite/compare/require-equal-databases.js'
import type { SqliteSnapshot } from '../../engines/sqlite/snapshot/sqlite-snapshot.js'
import { buildFromDocument } from '../prepare/build-from-document.js'
import { contentOfDatabase } from '../prepare/content-of-database.js'
import type { ExportStep } from './export-step.js'
import type { JobContext } from '../job-context.js'
import { requireSameContent } from '../prepare/require-same-content.js'
import { withDigests } from '../with-digests.js'

/**
 * The promise of the project: the finished file, read back, is restored into a scratch database,
 * which must equal the snapshot twice: by the digest of a second export, and table by table in SQL
 * against a page copy of the snapshot, by code that shares nothing with the record lines.
 */
export async function proveAgainstSnapshot(
  { input, workFolder, context }: ExportStep,
  snapshot: SqliteSnapshot,
  written: DocumentEnd,
): Promise<void> {
  const scratch = join(workFolder, 'scratch.sqlite3')
  const inService = input.temporary === true
  await withDigests({ path: input.file, inService }, async (digests) => {
    const reading = await openDocument(input.file, {
      workFolder,
      digests,
      signal: context.signal,
      onProgress: inPhase('loading', context.onProgress),
    })
    try {
      const end = await buildFromDocument({ reading, path: scratch, context, keepWal: false })
      requireSameContent(written, end)
    } finally {
      await reading.close()
    }
    const { schema } = reading
    const found = await contentOfDatabase({ path: scratch, schema, workFolder, context, digests })
    requireSameContent(written, found)
  })
  await requireEqualToPages(snapshot, scratch, context)
}

async function requireEqualToPages(
  snapshot: SqliteSnapshot,
  scratch: string,
  context: JobContext,
): Promise<void> {
  if (snapshot.pageCopyPath === null)
    throw new OctavoError('internal', 'there is no page copy of the snapshot to compare with')
  const excluded = snapshot.models.filter(({ rowsExcluded }) => rowsExcluded)
  await requireEqualDatabases({
    first: snapshot.pageCopyPath,
    second: scratch,
    message: 'the export, restored into a scratch database, differs from the snapshot',
    signal: context.signal,
    tables: snapshot.models.map(({ table }) => table),
    excludedTables: excluded.map(({ table }) => table),
  })
}
