import type Database from 'better-sqlite3'

/** The columns that a row of a table gives values for, in table order: not the generated ones. */
export function ownColumns(connection: Database.Database, table: string): string[] {
  return connection
    .prepare<[string], string>(
      "SELECT name FROM pragma_table_xinfo(?, 'main') WHERE hidden = 0 ORDER BY cid",
    )
    .pluck()
    .all(table)
}
