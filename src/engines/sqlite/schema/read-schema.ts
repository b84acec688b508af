import type Database from 'better-sqlite3'
import { OctavoError } from '../../../core/errors.js'
import type { StoredText } from '../../../core/schema.js'
import { type Encoding, storedText, textOf } from './stored-text.js'
import { readStoredTable, type StoredTable } from './table-columns.js'

/** An object of sqlite_schema that has a text of its own; what SQLite makes by itself has none. */
export type SqliteObject =
  | {
      readonly type: 'table'
      readonly kind: 'virtual'
      readonly name: string
      readonly sql: StoredText
    }
  | {
      readonly type: 'table'
      readonly kind: 'table' | 'shadow'
      readonly name: string
      readonly sql: StoredText
      readonly stored: StoredTable
    }
  | {
      readonly type: 'index' | 'view' | 'trigger'
      readonly name: string
      readonly table: string
      readonly sql: StoredText
    }

interface ListedTable {
  readonly type: string
  readonly withoutRowid: boolean
  readonly strict: boolean
}

/** The schema in the order of sqlite_schema, without sqlite_sequence, whose rows are `sequences`. */
export function readSchema(connection: Database.Database, encoding: Encoding): SqliteObject[] {
  const rows = connection
    .prepare(
      `SELECT type, CAST(name AS BLOB), CAST(tbl_name AS BLOB), CAST(sql AS BLOB)
       FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid`,
    )
    .raw()
    .all() as [string, Buffer, Buffer, Buffer][] // as the casts in the statement say
  const listed = listTables(connection)
  const objects: SqliteObject[] = []
  for (const [type, nameBytes, tableBytes, sqlBytes] of rows) {
    const name = requireName(nameBytes, { encoding, what: `the name of a ${type}` })
    const table = requireName(tableBytes, { encoding, what: `the table of the ${type} "${name}"` })
    const sql = storedText(sqlBytes, encoding)
    if (type === 'index' || type === 'view' || type === 'trigger')
      objects.push({ type, name, table, sql })
    else if (type === 'table' && name !== 'sqlite_sequence')
      objects.push(readTable(connection, { name, sql, listed: listed.get(name) }))
  }
  return objects
}

function listTables(connection: Database.Database): Map<string, ListedTable> {
  const rows = connection
    .prepare("SELECT name, type, wr, strict FROM pragma_table_list WHERE schema = 'main'")
    .raw()
    .all() as [string, string, number, number][] // as table_list is documented
  return new Map(
    rows.map(([name, type, wr, strict]) => [
      name,
      { type, withoutRowid: wr === 1, strict: strict === 1 },
    ]),
  )
}

function readTable(
  connection: Database.Database,
  table: { name: string; sql: StoredText; listed: ListedTable | undefined },
): SqliteObject {
  const { name, sql, listed } = table
  if (listed === undefined)
    throw new OctavoError(
      'database-damaged',
      `the schema names the table "${name}" in a broken way`,
    )
  if (listed.type === 'virtual') return { type: 'table', kind: 'virtual', name, sql }
  const stored = readStoredTable(connection, { name, ...listed })
  requireColumnNames(connection, stored, sql)
  const kind = listed.type === 'shadow' ? 'shadow' : 'table'
  return { type: 'table', kind, name, sql, stored }
}

function requireName(
  bytes: Buffer,
  { encoding, what }: { encoding: Encoding; what: string },
): string {
  const name = textOf(bytes, encoding)
  if (name !== null) return name
  const shown = JSON.stringify(bytes.toString('latin1'))
  throw new OctavoError('cannot-carry', `${what} is not valid ${encoding}: ${shown}`)
}

/** Where the table's text is valid, so are the names in it. */
function requireColumnNames(
  connection: Database.Database,
  table: StoredTable,
  sql: StoredText,
): void {
  if (typeof sql === 'string') return
  const names = connection
    .prepare<[string], string>("SELECT name FROM pragma_table_xinfo(?, 'main')")
    .pluck()
    .all(table.name)
  // A broken byte or surrogate in a name has become U+FFFD by now.
  const broken = names.find((name) => /[\ufffd\u{10000}-\u{10ffff}]/u.test(name))
  if (broken !== undefined)
    throw new OctavoError(
      'cannot-carry',
      `the name of the column "${broken}" of the table "${table.name}" may not be valid text`,
    )
}
