import type Database from 'better-sqlite3'
import { readStoredTable, type StoredTable } from './table-columns.js'

export interface ReadTable extends StoredTable {
  readonly shadow: boolean
}

/** Reads what the schema of `main` says of one table. */
export function readTable(connection: Database.Database, name: string): ReadTable {
  const [type, withoutRowid, strict] = connection
    .prepare<[string], [string, number, number]>(
      "SELECT type, wr, strict FROM pragma_table_list WHERE schema = 'main' AND name = ?",
    )
    .raw()
    .get(name) ?? ['', 0, 0]
  const table = readStoredTable(connection, {
    name,
    withoutRowid: withoutRowid === 1,
    strict: strict === 1,
  })
  return { ...table, shadow: type === 'shadow' }
}
