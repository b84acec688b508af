import type Database from 'better-sqlite3'

export interface ListedTable {
  readonly name: string
  readonly withoutRowid: boolean
}

/** A table as the comparison sees it: read anew from the schema, apart from how records are made. */
export interface ComparedTable {
  readonly name: string
  /** Names that find one row: a name of the rowid, or the key's columns; empty where none does. */
  readonly identity: readonly string[]
  /** Every column that takes room in the file, generated ones that are stored among them. */
  readonly columns: readonly string[]
}

/** Tables of `main` with pages of their own, but for sqlite_schema and sqlite_sequence. */
export function listStoredTables(connection: Database.Database): ListedTable[] {
  const rows = connection
    .prepare(
      `SELECT l.name, l.wr FROM pragma_table_list AS l
       JOIN main.sqlite_schema AS s ON s.name = l.name AND s.type = 'table'
       WHERE l.schema = 'main' AND l.type IN ('table', 'shadow') AND l.name <> 'sqlite_sequence'
       ORDER BY s.rowid`,
    )
    .raw()
    .all() as [string, number][] // as table_list is documented
  return rows.map(([name, wr]) => ({ name, withoutRowid: wr === 1 }))
}

export function comparedTable(connection: Database.Database, listed: ListedTable): ComparedTable {
  const rows = connection
    .prepare("SELECT name, pk, hidden FROM pragma_table_xinfo(?, 'main') ORDER BY cid")
    .raw()
    .all(listed.name) as [string, number, number][] // as table_xinfo is documented
  const names = rows.map(([name]) => name.toLowerCase())
  const key = rows.filter(([, pk]) => pk > 0).sort((a, b) => a[1] - b[1])
  const rowid = ['_rowid_', 'rowid', 'oid'].find((name) => !names.includes(name))
  return {
    name: listed.name,
    // In a rowid table parts of a declared key may be null, and find nothing.
    identity: listed.withoutRowid ? key.map(([name]) => name) : rowid === undefined ? [] : [rowid],
    columns: rows.filter(([, , hidden]) => hidden === 0 || hidden === 3).map(([name]) => name),
  }
}
