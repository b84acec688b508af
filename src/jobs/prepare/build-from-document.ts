import type { DocumentEnd, DocumentReading } from '../../core/document.js'
import { OctavoError } from '../../core/errors.js'
import { openBuild } from '../../engines/sqlite/build/open-build.js'
import type { JobContext } from '../job-context.js'

export interface BuildFromDocument {
  readonly reading: DocumentReading
  /** A new file in a folder of the job's own. */
  readonly path: string
  readonly context: JobContext
  /** Instead of the document's own page size: a live database in WAL mode keeps its own. */
  readonly pageSize?: number
  /** Whether the finished file is set to WAL where the document's database was. */
  readonly keepWal: boolean
}

/**
 * Builds a complete new database from a document and proves the document on the way: every digest
 * and count has agreed when this resolves.
 */
export async function buildFromDocument(options: BuildFromDocument): Promise<DocumentEnd> {
  const { reading, path, context } = options
  if (reading.header.database.engine !== 'sqlite')
    throw new OctavoError(
      'restore-refused',
      `the document comes from ${reading.header.database.engine}, and the target is SQLite`,
    )
  const { header, schema, sequences } = reading
  const plan = { facts: header.database, schema, sequences }
  const build = await openBuild(path, plan, {
    ...context,
    keepWal: options.keepWal,
    ...(options.pageSize !== undefined && { pageSize: options.pageSize }),
  })
  try {
    for await (const { model, chunks } of reading.models()) await build.load(model, chunks)
    const end = await reading.end()
    await build.finish()
    return end
  } finally {
    await build.close()
  }
}
