import Database from 'better-sqlite3'
import type { Dice } from './dice.js'
import { quoted, type NameGiver } from './names.js'
import type { Encoding, OddValue } from './values.js'

export interface OddColumn {
  readonly name: string
  /** Everything behind the name: type, constraints. */
  readonly declared: string
  readonly generated: boolean
  draw(): OddValue
}

export interface OddTable {
  readonly name: string
  readonly columns: readonly OddColumn[]
  readonly withoutRowid: boolean
  /** A name under which the rowid can be given; null where there is none left. */
  readonly rowidName: string | null
}

/** An odd database being made. */
export interface Odd {
  readonly database: Database.Database
  readonly dice: Dice
  readonly encoding: Encoding
  readonly names: NameGiver
  readonly tables: OddTable[]
  /** What was put in, for the person who reads a failing test. */
  readonly story: string[]
}

/** Runs SQL that chance may have made impossible; false where SQLite refused it. */
export function attempt(odd: Odd, sql: string): boolean {
  try {
    odd.database.exec(sql)
    return true
  } catch (error) {
    if (error instanceof Database.SqliteError) return false
    throw error
  }
}

/** Inserts one row; false where a constraint refused it. */
export function insert(
  odd: Odd,
  table: string,
  columns: readonly string[],
  values: readonly OddValue[],
): boolean {
  const places = values.map((value) => (isRaw(value) ? 'CAST(? AS TEXT)' : '?'))
  const into = `INSERT INTO ${quoted(table)} (${columns.map(quoted).join(', ')})`
  try {
    const statement = odd.database.prepare(`${into} VALUES (${places.join(', ')})`)
    statement.run(values.map((value) => (isRaw(value) ? value.rawText : value)))
    return true
  } catch (error) {
    const code = error instanceof Database.SqliteError ? error.code : ''
    if (/^SQLITE_(CONSTRAINT|MISMATCH)/.test(code)) return false
    throw error
  }
}

function isRaw(value: OddValue | undefined): value is { readonly rawText: Buffer } {
  return typeof value === 'object' && value !== null && 'rawText' in value
}

/** Changes the stored text of a schema object, as no statement would. */
export function plantSql(odd: Odd, name: string, change: (sql: string) => string): void {
  const { database } = odd
  const row = database.prepare('SELECT rowid, sql FROM sqlite_schema WHERE name = ?').get(name)
  if (!row) throw new Error(`no schema object ${name}`)
  const { rowid, sql } = row as { rowid: number; sql: string } // the two columns asked for
  const changed = change(sql)
  if (changed === sql) throw new Error(`nothing to plant in ${sql}`)
  database.pragma('writable_schema = ON')
  database.prepare('UPDATE sqlite_schema SET sql = ? WHERE rowid = ?').run(changed, rowid)
  database.pragma('writable_schema = RESET')
}
