import type Database from 'better-sqlite3'
import { messageOf } from '../../../core/message-of.js'
import { OctavoError } from '../../../core/errors.js'
import { isSqliteFailure } from '../connection/sqlite-failure.js'
import { indexedColumns } from '../schema/indexed-columns.js'
import { quoteIdentifier } from '../sql/quote.js'
import { lenderName } from './lender-name.js'
import type { PlannedRow } from './plan-objects.js'
import { readSchemaAnew } from './write-schema-rows.js'

/**
 * Fills an index from the rows of its table. Rows that share what should be unique came from a database
 * that held them so, after its index was damaged, say: all of them come back, and stand in the index.
 */
export function fillIndex(connection: Database.Database, row: PlannedRow): void {
  try {
    try {
      reindex(connection, row.name)
    } catch (error) {
      if (!isClash(error)) throw error
      connection.unsafeMode(true)
      if (row.sql === null) fillOwnIndex(connection, row)
      else if (!fillWithoutUnique(connection, row.name, row.sql)) throw error
    }
  } catch (error) {
    if (!isSqliteFailure(error, 'SQLITE_CONSTRAINT')) throw error
    throw new OctavoError(
      'document-invalid',
      `the index "${row.name}" of "${row.table}" can not be filled: ${messageOf(error)}`,
      { cause: error },
    )
  }
}

function reindex(connection: Database.Database, index: string): void {
  connection.prepare(`REINDEX main.${quoteIdentifier(index)}`).run()
}

function isClash(error: unknown): boolean {
  return (
    isSqliteFailure(error, 'SQLITE_CONSTRAINT_UNIQUE') ||
    isSqliteFailure(error, 'SQLITE_CONSTRAINT_PRIMARYKEY')
  )
}

/** The entries of an index look the same, unique or not. False where the text has an odd beginning. */
function fillWithoutUnique(connection: Database.Database, index: string, sql: Buffer): boolean {
  const find = connection.prepare("SELECT sql FROM sqlite_schema WHERE type = 'index' AND name = ?")
  const text = String(find.pluck().get(index))
  const plain = text.replace(/^(create\s+)unique\s+(?=index\b)/i, '$1')
  if (plain === text) return false
  setText(connection, index, plain)
  reindex(connection, index)
  setText(connection, index, sql)
  return true
}

function setText(connection: Database.Database, index: string, sql: string | Buffer): void {
  connection.pragma('writable_schema = on')
  connection
    .prepare("UPDATE sqlite_schema SET sql = CAST(? AS TEXT) WHERE type = 'index' AND name = ?")
    .run(sql, index)
  readSchemaAnew(connection)
}

/** An index that a constraint made has no text of its own: it takes the pages of one that has. */
function fillOwnIndex(connection: Database.Database, { name, table }: PlannedRow): void {
  const lender = lenderName()
  const columns = indexedColumns(connection, name)
  const on = `${quoteIdentifier(table)}(${columns})`
  connection.prepare(`CREATE INDEX main.${quoteIdentifier(lender)} ON ${on}`).run()
  connection.pragma('writable_schema = on')
  connection
    .prepare(
      `UPDATE sqlite_schema SET rootpage =
         (SELECT sum(rootpage) FROM sqlite_schema WHERE name IN (@name, @lender)) - rootpage
       WHERE name IN (@name, @lender)`,
    )
    .run({ name, lender })
  readSchemaAnew(connection)
  connection.prepare(`DROP INDEX main.${quoteIdentifier(lender)}`).run()
}
