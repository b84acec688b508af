import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { DocumentHeader } from '../../core/document.js'
import type { RecordChunk } from '../../core/engine.js'
import { inPhase } from '../../core/progress.js'
import { generator } from '../../core/generator.js'
import type { ServerRecord } from '../../documents/across/to-postgresql/server-record.js'
import { ServerSnapshot } from '../../documents/across/to-postgresql/server-snapshot.js'
import { writeDocument } from '../../documents/write-document.js'
import { profileTables } from '../../engines/sqlite/schema/profile-tables.js'
import { SortedLines } from '../../engines/sqlite/scratch/sorted-lines.js'
import { openConnection } from '../../engines/sqlite/connection/open-connection.js'
import { openSnapshot } from '../../engines/sqlite/snapshot/open-snapshot.js'
import type { SqliteSnapshot } from '../../engines/sqlite/snapshot/sqlite-snapshot.js'
import type { JobContext } from '../job-context.js'
import { prepareDatabase } from '../prepare/prepare-database.js'
import type { Prepared } from '../prepare/prepared-database.js'
import { SpoolFile } from '../spool-file.js'
import type { ConvertedDocument } from './convert-for-sqlite.js'

export interface ConvertForServer {
  /** A document of SQLite, or an SQLite file. */
  readonly file: string
  readonly workFolder: string
  readonly modelNames: ReadonlyMap<string, string>
  /** Types of columns that the target has already: values become what these read. */
  readonly wanted?: (table: string, column: string) => string | undefined
  /** The instant of the restore: what a native copy has in place of its own. */
  readonly at: string
  readonly context: JobContext
}

/**
 * Writes a backup of SQLite anew as a document of PostgreSQL. It is restored into a scratch file first, and
 * so proved; there its columns are looked at, since a declared type promises nothing in SQLite.
 */
export async function convertForServer(options: ConvertForServer): Promise<ConvertedDocument> {
  const { workFolder, context, modelNames } = options
  const path = join(workFolder, `scratch-${randomBytes(6).toString('hex')}.sqlite3`)
  const prepared = await prepareDatabase({ ...options, path, keepWal: false })
  const tables = new Map(prepared.models.map(({ model, table }) => [table, model]))
  const names = prepared.header === null ? modelNames : tables
  const from = await openSnapshot(path, {
    ...context,
    workFolder,
    pageCopy: false,
    modelNames: names,
  })
  try {
    return await convert(from, prepared, options)
  } finally {
    await from.close()
  } // prettier-ignore
}

async function convert(
  from: SqliteSnapshot,
  prepared: Prepared,
  { workFolder, context, wanted = () => undefined, at }: ConvertForServer,
): Promise<ConvertedDocument> {
  const { signal, onProgress } = context
  const tables = from.schema
    .filter((object) => object.type === 'table')
    .filter(({ kind, name }) => kind === 'table' && !/^sqlite_/i.test(name))
    .map(({ name }) => name)
  const profiles = new Map(profile(prepared.path, tables).map((one) => [one.table, one]))
  const sort = (records: AsyncIterable<ServerRecord>, parts: number): AsyncIterable<RecordChunk> =>
    sorted(records, parts, workFolder)
  const snapshot = new ServerSnapshot({ from, profiles, wanted, sort })
  const file = join(workFolder, `converted-${randomBytes(6).toString('hex')}.json`)
  const sink = await SpoolFile.create(file)
  try {
    const header = headerOf(prepared.header, snapshot, at)
    const watch = inPhase('converting', onProgress)
    await writeDocument({ header, snapshot, sink, signal, onProgress: watch })
  } finally {
    await sink.close()
  }
  const warnings = snapshot.losses.lines().map((line) => `not carried to PostgreSQL: ${line}`)
  return { file, warnings: [...prepared.warnings, ...warnings] }
}

function profile(path: string, tables: readonly string[]): ReturnType<typeof profileTables> {
  const connection = openConnection(path, { access: 'read' })
  try {
    return profileTables(connection, tables)
  } finally {
    connection.close()
  }
}

async function* sorted(
  records: AsyncIterable<ServerRecord>,
  parts: number,
  workFolder: string,
): AsyncGenerator<RecordChunk> {
  const lines = new SortedLines(join(workFolder, `sorted-${randomBytes(6).toString('hex')}`), parts)
  try {
    for await (const { line, sortKey } of records) lines.add(sortKey, line)
    yield* lines.chunks()
  } finally {
    lines.close()
  }
}

function headerOf(
  given: DocumentHeader | null,
  { facts }: ServerSnapshot,
  at: string,
): DocumentHeader {
  if (given === null)
    return { octavo: 1, export_date: at, generator, database: { name: 'database', label: '', ...facts } }
  const { name, label } = given.database
  return { ...given, database: { name, label, ...facts } }
} // prettier-ignore
