import type Database from 'better-sqlite3'
import type { PlannedRow } from './plan-objects.js'

export interface RootedRow extends PlannedRow {
  readonly page: number
}

/**
 * Replaces what sqlite_schema holds. SQLite reads the rows as those of any file it opens: their SQL
 * describes objects and never runs, and double-quoted strings and unknown functions are accepted as
 * in the database that the texts came from. The connection must be closed and the file opened again.
 */
export function writeSchemaRows(connection: Database.Database, rows: readonly RootedRow[]): void {
  connection.unsafeMode(true)
  connection.pragma('writable_schema = on')
  connection.prepare('DELETE FROM sqlite_schema').run()
  const insert = connection.prepare(
    'INSERT INTO sqlite_schema(type, name, tbl_name, rootpage, sql) VALUES(?, ?, ?, ?, CAST(? AS TEXT))',
  )
  for (const { type, name, table, page, sql } of rows)
    insert.run(type, name, table, BigInt(page), sql)
}

/** After rows of sqlite_schema were changed. */
export function readSchemaAnew(connection: Database.Database): void {
  connection.pragma('writable_schema = reset')
  // The reset also closes shadow tables and the schema to writing.
  connection.unsafeMode(true)
}
