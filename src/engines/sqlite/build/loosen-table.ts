import type Database from 'better-sqlite3'
import { indexedColumns } from '../schema/indexed-columns.js'
import { ownColumns } from '../schema/own-columns.js'
import { quoteIdentifier } from '../sql/quote.js'
import { readSchemaAnew } from './write-schema-rows.js'

/**
 * True where rows can be loaded under a plainer definition than the table's own: its pages would look
 * the same. Not so where generated values are stored, which only the own definition makes.
 */
export function canLoosen(connection: Database.Database, table: string): boolean {
  const stored = connection.prepare(
    "SELECT 1 FROM pragma_table_xinfo(?, 'main') WHERE hidden = 3 LIMIT 1",
  )
  return stored.get(table) === undefined
}

/**
 * Gives a table a definition of bare columns until the schema is finished: for rows that its own would
 * refuse or change, as old rows do after the stored schema was edited. Without a rowid its key stays,
 * by which it is ordered. Its indexes are filled later.
 */
export function loosenTable(
  connection: Database.Database,
  table: string,
  rowidColumn: string | null,
): void {
  const sql = plainDefinition(connection, table, rowidColumn)
  connection.pragma('writable_schema = on')
  connection
    .prepare("UPDATE sqlite_schema SET sql = ? WHERE type = 'table' AND name = ?")
    .run(sql, table)
  connection
    .prepare("DELETE FROM sqlite_schema WHERE type = 'index' AND tbl_name = ? AND sql IS NULL")
    .run(table)
  readSchemaAnew(connection)
}

function plainDefinition(
  connection: Database.Database,
  table: string,
  rowidColumn: string | null,
): string {
  const columns = ownColumns(connection, table).map((name) =>
    name === rowidColumn ? `${quoteIdentifier(name)} INTEGER PRIMARY KEY` : quoteIdentifier(name),
  )
  const created = `CREATE TABLE ${quoteIdentifier(table)}(${columns.join(', ')}`
  const key = keyWithoutRowid(connection, table)
  return key === null ? `${created})` : `${created}, PRIMARY KEY(${key})) WITHOUT ROWID`
}

/** Null where the table has a rowid. */
function keyWithoutRowid(connection: Database.Database, table: string): string | null {
  const key = connection
    .prepare(
      `SELECT i.name FROM pragma_table_list AS l JOIN pragma_index_list(l.name, 'main') AS i
       WHERE l.schema = 'main' AND l.name = ? AND l.wr = 1 AND i.origin = 'pk'`,
    )
    .pluck()
    .get(table)
  return typeof key === 'string' ? indexedColumns(connection, key) : null
}
