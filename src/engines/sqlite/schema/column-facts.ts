import type Database from 'better-sqlite3'
import type { ColumnFacts, ColumnKind, TableColumns } from '../../../core/column-facts.js'
import { foldCase } from '../../../core/fold-case.js'
import { beginRead } from '../connection/begin-read.js'
import { sqliteFailure } from '../connection/sqlite-failure.js'

interface ColumnRow {
  readonly name: string
  readonly type: string
  readonly notnull: number
}

/** What the columns of each table must keep to; generated ones are left out. */
export function readColumnFacts(path: string, busyTimeoutMs?: number): TableColumns {
  const { connection } = beginRead(path, busyTimeoutMs)
  try {
    const tables = connection
      .prepare<[], string>(
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'",
      )
      .pluck()
      .all()
    return new Map(tables.map((table) => [table, factsOf(connection, table)]))
  } catch (error) {
    throw sqliteFailure(error, `the columns of ${path} could not be read`)
  } finally {
    connection.close()
  }
}

function factsOf(connection: Database.Database, table: string): ColumnFacts[] {
  const unique = new Set(
    connection
      .prepare<[string], string | null>(
        `SELECT i.name FROM pragma_index_list(?, 'main') l, pragma_index_info(l.name, 'main') i
         WHERE l."unique" = 1`,
      )
      .pluck()
      .all(table)
      .flatMap((name) => (name === null ? [] : [foldCase(name)])),
  )
  return connection
    .prepare<[string], ColumnRow>(
      `SELECT name, type, "notnull" FROM pragma_table_xinfo(?, 'main') WHERE hidden = 0 ORDER BY cid`,
    )
    .all(table)
    .map(({ name, type, notnull }) => ({
      name,
      type,
      kind: kindOf(type),
      maxLength: lengthIn(type),
      scale: 0,
      notNull: notnull === 1,
      unique: unique.has(foldCase(name)),
    }))
}

/** As affinities are found (https://www.sqlite.org/datatype3.html, section 3.1), and dates apart. */
function kindOf(type: string): ColumnKind {
  if (/^bool(ean)?$/i.test(type)) return 'boolean'
  if (/int/i.test(type)) return 'integer'
  if (type === '' || /char|clob|text/i.test(type)) return 'text'
  if (/blob/i.test(type)) return 'binary'
  if (/real|floa|doub/i.test(type)) return 'real'
  return /dec|num/i.test(type) ? 'integer' : 'other'
}

/** SQLite does not hold to it; the app may. */
function lengthIn(type: string): number | null {
  const found = /char[^(]*\(\s*(\d+)\s*\)/i.exec(type)?.[1]
  return found === undefined ? null : Number(found)
}
