import Database from 'better-sqlite3'
import { messageOf } from '../../../core/message-of.js'
import { OctavoError } from '../../../core/errors.js'
import { isSqliteFailure } from '../connection/sqlite-failure.js'
import { quoteIdentifier } from '../sql/quote.js'
import type { PlannedRow } from './plan-objects.js'
import { storedBytes } from './schema-text.js'
import { writeSchemaRows } from './write-schema-rows.js'

const sequenceSql = 'CREATE TABLE sqlite_sequence(name,seq)'

/**
 * Completes planned rows with what SQLite adds by itself: the indexes behind UNIQUE and PRIMARY KEY,
 * and `sqlite_sequence`; and tells tables WITHOUT ROWID from others. It reads the schema in memory,
 * so a text that SQLite can't read, or that describes something else than its entry says, ends here.
 */
export function probeSchema(
  planned: readonly PlannedRow[],
  encoding: string,
  hasSequences: boolean,
): PlannedRow[] {
  openProbe(planned, encoding).close()
  // Compiled apart from triggers and indexes, whose own faults must not be laid to a table.
  const connection = openProbe(planned.filter(isStored), encoding)
  try {
    const rows = planned.flatMap((row) => (isStored(row) ? completeTable(connection, row) : [row]))
    const needsSequence =
      hasSequences || planned.some((row) => isAutoincrement(connection, row, encoding))
    if (!needsSequence || rows.some(({ name }) => name === 'sqlite_sequence')) return rows
    return [...rows, sequenceRow(encoding)]
  } finally {
    connection.close()
  }
}

/** True for a table with pages of its own: not a virtual one. */
export function isStored(row: PlannedRow): boolean {
  return row.type === 'table' && row.root !== 'none'
}

/** A database in memory with the given schema and no pages behind it: statements only compile. */
export function openProbe(rows: readonly PlannedRow[], encoding: string): Database.Database {
  const connection = new Database(':memory:')
  try {
    connection.pragma(`encoding = '${encoding}'`)
    connection.pragma('foreign_keys = off')
    connection.pragma('trusted_schema = off')
    connection.pragma('ignore_check_constraints = on')
    connection.exec('CREATE TABLE pages(bytes)')
    // Pages that exist: a root page beyond the last one is refused when the schema is read.
    connection.prepare('INSERT INTO pages VALUES(zeroblob(?))').run(BigInt(4096 * rows.length))
    writeSchemaRows(
      connection,
      rows.map((row, index) => ({ ...row, page: row.root === 'none' ? 0 : index + 2 })),
    )
    connection.pragma('writable_schema = reset')
    connection.prepare('SELECT 1 FROM sqlite_schema').get()
    return connection
  } catch (error) {
    connection.close()
    throw isSqliteFailure(error) ? unreadable(error) : error
  }
}

function unreadable(error: unknown): OctavoError {
  const reason = messageOf(error)
  return new OctavoError(
    'document-invalid',
    `the schema can not be restored: ${reason.replace('malformed database schema', 'SQLite can not read the text of')}`,
    { cause: error },
  )
}

/** The table's row and those of its own indexes; only now is known what its root page holds. */
function completeTable(connection: Database.Database, row: PlannedRow): PlannedRow[] {
  const withoutRowid = connection
    .prepare("SELECT wr FROM pragma_table_list WHERE schema = 'main' AND name = ?")
    .pluck()
    .get(row.name)
  // The primary key of a WITHOUT ROWID table is the table itself.
  const indexes = connection
    .prepare(
      "SELECT name FROM pragma_index_list(?, 'main') WHERE origin IN ('u', ?) ORDER BY seq DESC",
    )
    .pluck()
    .all(row.name, withoutRowid === 1 ? 'u' : 'pk')
  return [
    { ...row, root: withoutRowid === 1 ? 'keys' : 'rows' },
    ...indexes.map((name): PlannedRow => ({
      type: 'index',
      name: String(name),
      table: row.name,
      sql: null,
      root: 'keys',
    })),
  ]
}

/** SQLite has no pragma for it, but won't compile an INSERT while sqlite_sequence is missing. */
function isAutoincrement(
  connection: Database.Database,
  row: PlannedRow,
  encoding: string,
): boolean {
  if (!isStored(row) || row.sql === null) return false
  const text = row.sql.toString(encoding === 'UTF-8' ? 'latin1' : 'utf16le')
  if (encoding !== 'UTF-16be' && !/autoincrement/i.test(text)) return false
  try {
    connection.prepare(`EXPLAIN INSERT INTO main.${quoteIdentifier(row.name)} DEFAULT VALUES`)
    return false
  } catch (error) {
    return isSqliteFailure(error, 'SQLITE_CORRUPT_SEQUENCE')
  }
}

function sequenceRow(encoding: string): PlannedRow {
  return {
    type: 'table',
    name: 'sqlite_sequence',
    table: 'sqlite_sequence',
    sql: storedBytes(sequenceSql, encoding),
    root: 'rows',
  }
}
