import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { DocumentEnd, DocumentReading } from '../../core/document.js'
import { inPhase } from '../../core/progress.js'
import { openDocument } from '../../documents/open-document.js'
import { SqliteSnapshot } from '../../documents/across/to-sqlite/sqlite-snapshot.js'
import { writeDocument } from '../../documents/write-document.js'
import type { JobContext } from '../job-context.js'
import { SpoolFile } from '../spool-file.js'

export interface ConvertedDocument {
  /** A document of the other engine, in the work folder. */
  readonly file: string
  /** What could not be carried over: nothing of it stops a restore. */
  readonly warnings: readonly string[]
}

/**
 * Writes a document of PostgreSQL anew as one of SQLite, with a schema made from it. It is read twice:
 * first to its end, so that nothing is made of a document that is not whole.
 */
export async function convertForSqlite(
  path: string,
  workFolder: string,
  { signal, onProgress }: JobContext,
): Promise<ConvertedDocument> {
  const { summary } = await readToEnd(path, workFolder, signal)
  const reading = await openDocument(path, { workFolder, signal })
  try {
    const snapshot = new SqliteSnapshot(reading, summary)
    const file = join(workFolder, `converted-${randomBytes(6).toString('hex')}.json`)
    const sink = await SpoolFile.create(file)
    try {
      const header = headerOf(reading, snapshot)
      await writeDocument({ header, snapshot, sink, signal, onProgress: inPhase('converting', onProgress) })
    } finally {
      await sink.close()
    } // prettier-ignore
    return {
      file,
      warnings: snapshot.losses.lines().map((line) => `not carried to SQLite: ${line}`),
    }
  } finally {
    await reading.close()
  }
}

async function readToEnd(
  path: string,
  workFolder: string,
  signal: AbortSignal,
): Promise<DocumentEnd> {
  const reading = await openDocument(path, { workFolder, signal })
  try {
    return await reading.end()
  } finally {
    await reading.close()
  }
}

function headerOf(
  { header }: DocumentReading,
  { facts }: SqliteSnapshot,
): DocumentReading['header'] {
  const { name, label } = header.database
  return { ...header, database: { name, label, ...facts } }
}
