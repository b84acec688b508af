import type Database from 'better-sqlite3'
import { asBytes } from './record-reader.js'
import type { Column } from '../schema/table-columns.js'
import { concatAll, jsonValue } from './value-sql.js'

/**
 * The rows of sqlite_sequence in rowid order, each a line of JSON, whatever values they hold; only
 * those of `tables` where they are given.
 */
export function readSequences(
  connection: Database.Database,
  tables: ReadonlySet<string> | null,
): string[] {
  const exists = connection
    .prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'sqlite_sequence'")
    .get()
  if (exists === undefined) return []
  const line = concatAll([
    "'['",
    jsonValue(untyped('name'), 'exact'),
    "','",
    jsonValue(untyped('seq'), 'exact'),
    "']'",
  ])
  const rows = connection
    .prepare(`SELECT ${line}, name FROM sqlite_sequence ORDER BY rowid`)
    .raw()
    .all() as [unknown, unknown][] // raw rows are arrays
  return rows
    .filter(([, name]) => tables === null || (typeof name === 'string' && tables.has(name)))
    .map(([text]) => asBytes(text).toString())
}

function untyped(name: string): Column {
  return { name, affinity: 'blob', declaredBlob: false, bool: false }
}
