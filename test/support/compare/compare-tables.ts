import type Database from 'better-sqlite3'
import { readSchema, showBytes, type SchemaRow } from './read-schema.js'

/** SQLite allows 2,000 columns in a result, and each of ours takes two. */
const columnsAtOnce = 900

interface Reading {
  readonly label: string
  readonly sql: string
}

/** Differences of the rows of every table, one by one; a few from each table. */
export function* compareTables(a: Database.Database, b: Database.Database): Generator<string> {
  const theirs = new Set(readSchema(b).map(({ name }) => name))
  for (const table of readSchema(a)) {
    if (table.type !== 'table' || !theirs.has(table.name)) continue
    yield* compareColumns(a, b, table)
    for (const reading of readings(a, table)) yield* compareRows(a, b, reading)
  }
}

function* compareColumns(
  a: Database.Database,
  b: Database.Database,
  { name }: SchemaRow,
): Generator<string> {
  const [mine, yours] = [a, b].map((database) =>
    attempt(() => JSON.stringify(columnsOf(database, name))),
  )
  if (mine !== yours) yield `columns of ${JSON.stringify(name)}: ${mine} ≠ ${yours}`
}

function columnsOf(database: Database.Database, table: string): string[] {
  return database.prepare('SELECT name FROM pragma_table_xinfo(?)').pluck().all(table) as string[]
}

/** The queries that read all of a table: by rowid where there is a name for it, else as stored. */
function readings(database: Database.Database, table: SchemaRow): Reading[] {
  const columns = attempt(() => columnsOf(database, table.name))
  if (typeof columns === 'string') return []
  const rowid = rowidName(database, table, columns)
  const from = `FROM ${quote(table.name)}${table.virtual ? '' : ' NOT INDEXED'}`
  const order = rowid ? ` ORDER BY ${rowid}` : ''
  const found: Reading[] = []
  for (let start = 0; start < columns.length; start += columnsAtOnce) {
    const some = columns.slice(start, start + columnsAtOnce)
    const cells = some.flatMap((column) => [`typeof(${quote(column)})`, cell(column)])
    const sql = `SELECT ${[rowid ?? 'NULL', ...cells].join(', ')} ${from}${order}`
    found.push({
      label: `${JSON.stringify(table.name)} columns ${JSON.stringify(some.slice(0, 20))}`,
      sql,
    })
  }
  return found
}

/** Text is read as the bytes that are stored: the binding would repair them. */
function cell(column: string): string {
  const name = quote(column)
  return `CASE typeof(${name}) WHEN 'text' THEN CAST(${name} AS BLOB) ELSE ${name} END`
}

function rowidName(
  database: Database.Database,
  { name, virtual }: SchemaRow,
  columns: readonly string[],
): string | null {
  if (virtual || name === 'sqlite_sequence') return null // nothing refers to a sequence's rowid
  const taken = new Set(columns.map((column) => column.toLowerCase()))
  for (const rowid of ['rowid', '_rowid_', 'oid']) {
    if (taken.has(rowid)) continue
    const found = attempt(() => database.prepare(`SELECT ${rowid} FROM ${quote(name)} LIMIT 0`))
    return typeof found === 'string' ? null : rowid
  }
  return null
}

function* compareRows(
  a: Database.Database,
  b: Database.Database,
  reading: Reading,
): Generator<string> {
  const [ours, theirs] = [rowsOf(a, reading.sql), rowsOf(b, reading.sql)]
  try {
    for (let row = 1, told = 0; told < 3; row += 1) {
      const [mine, yours] = [ours.next(), theirs.next()]
      if (mine.done && yours.done) return
      const difference = rowDifference(mine.value, yours.value)
      if (difference === null) continue
      told += 1
      yield `rows of ${reading.label}, row ${row}: ${difference}`
      if (mine.done || yours.done) return
    }
  } finally {
    ours.return(undefined)
    theirs.return(undefined)
  }
}

/** The rows; an error on the way is the last of them. */
function* rowsOf(database: Database.Database, sql: string): Generator<unknown[], undefined> {
  try {
    const rows = database.prepare(sql).raw().iterate() as IterableIterator<unknown[]> // raw rows
    for (const row of rows) yield row
  } catch (error) {
    yield [`error: ${error instanceof Error ? error.message : String(error)}`]
  }
  return undefined
}

function rowDifference(a: unknown[] | undefined, b: unknown[] | undefined): string | null {
  if (!a || !b) return `${showRow(a)} ≠ ${showRow(b)}`
  if (a.length !== b.length) return `${showRow(a)} ≠ ${showRow(b)}`
  const at = a.findIndex((value, index) => !sameValue(value, b[index]))
  if (at === -1) return null
  return `rowid ${show(a[0])}, cell ${at}: ${show(a[at])} ≠ ${show(b[at])}`
}

/** Zeros of different sign differ; classes were compared by their names already. */
function sameValue(a: unknown, b: unknown): boolean {
  if (Buffer.isBuffer(a) && Buffer.isBuffer(b)) return a.equals(b)
  return Object.is(a, b)
}

function showRow(row: unknown[] | undefined): string {
  return row ? `[${row.slice(0, 12).map(show).join(', ')}]` : 'no row'
}

function show(value: unknown): string {
  if (Buffer.isBuffer(value)) return `bytes ${showBytes(value)}`
  return Object.is(value, -0) ? '-0' : String(value)
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

function attempt<T>(act: () => T): T | string {
  try {
    return act()
  } catch (error) {
    return `error: ${error instanceof Error ? error.message : String(error)}`
  }
}
