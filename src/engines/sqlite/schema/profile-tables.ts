import type Database from 'better-sqlite3'
import type { TableProfile } from '../../../core/table-profile.js'
import { quoteIdentifier } from '../sql/quote.js'
import { profileColumns } from './profile-columns.js'

interface IndexRow {
  readonly name: string
  readonly unique: number
  readonly origin: string
  readonly partial: number
}

/** Looks at all that tables hold, for a schema that holds the same elsewhere. Reads them whole. */
export function profileTables(
  connection: Database.Database,
  tables: readonly string[],
): TableProfile[] {
  return tables.map((table) => {
    const { columns, computed } = profileColumns(connection, table)
    const indexes = readIndexes(connection, table)
    const plain = indexes.filter(({ columns: of }) => of !== null)
    const odd = indexes.filter(({ columns: of }) => of === null).map(({ name }) => name)
    return {
      table,
      columns,
      unique: plain.filter(({ origin }) => origin === 'u').map(({ columns: of }) => of ?? []),
      indexes: plain
        .filter(({ origin }) => origin === 'c')
        .map(({ name, columns: of, unique }) => ({ name, columns: of ?? [], unique })),
      lastKey: lastKey(connection, table),
      uncarried: [
        ...(computed.length > 0 ? [`computed columns ${computed.join(', ')}`] : []),
        ...(odd.length > 0 ? [`indexes ${odd.join(', ')}`] : []),
        ...tableWords(connection, table),
      ],
    }
  })
}

interface ReadIndex {
  readonly name: string
  readonly origin: string
  readonly unique: boolean
  /** Null for one of expressions, or of some rows only. */
  readonly columns: readonly string[] | null
}

function readIndexes(connection: Database.Database, table: string): ReadIndex[] {
  const rows = connection
    .prepare<[string], IndexRow>(
      `SELECT name, "unique", origin, partial FROM pragma_index_list(?, 'main') ORDER BY seq DESC`,
    )
    .all(table)
  return rows.map(({ name, unique, origin, partial }) => {
    const columns = connection
      .prepare<[string], { name: string | null; coll: string }>(
        "SELECT name, coll FROM pragma_index_xinfo(?, 'main') WHERE key ORDER BY seqno",
      )
      .all(name)
    // NOCASE holds fewer texts apart than PostgreSQL would.
    const isPlain = columns.every((column) => column.name !== null && column.coll === 'BINARY')
    const names = columns.flatMap((column) => column.name ?? [])
    return { name, origin, unique: unique === 1, columns: isPlain && partial === 0 ? names : null }
  })
}

/** Null where no column is the rowid. */
function lastKey(connection: Database.Database, table: string): bigint | null {
  const [key, second] = connection
    .prepare<[string], { name: string; type: string }>(
      "SELECT name, type FROM pragma_table_info(?, 'main') WHERE pk > 0",
    )
    .all(table)
  const hasIndex = connection
    .prepare("SELECT 1 FROM pragma_index_list(?, 'main') WHERE origin = 'pk'")
    .get(table)
  if (key === undefined || second !== undefined || hasIndex !== undefined) return null
  const highest = connection
    .prepare(`SELECT max(${quoteIdentifier(key.name)}) FROM main.${quoteIdentifier(table)}`)
    .pluck()
    .safeIntegers()
    .get()
  const given = sequenceOf(connection, table)
  const last = typeof highest === 'bigint' ? highest : 0n
  return given > last ? given : last
}

function sequenceOf(connection: Database.Database, table: string): bigint {
  const exists = connection
    .prepare("SELECT 1 FROM main.sqlite_schema WHERE name = 'sqlite_sequence'")
    .get()
  if (exists === undefined) return 0n
  const given = connection
    .prepare('SELECT seq FROM main.sqlite_sequence WHERE name = ?')
    .pluck()
    .safeIntegers()
    .get(table)
  return typeof given === 'bigint' ? given : 0n
}

/** What the text of a table says beyond its columns; looked for, not parsed. */
function tableWords(connection: Database.Database, table: string): string[] {
  const sql = connection
    .prepare("SELECT sql FROM main.sqlite_schema WHERE type = 'table' AND name = ?")
    .pluck()
    .get(table)
  const text = typeof sql === 'string' ? sql : ''
  return [
    ...(/\bCHECK\s*\(/i.test(text) ? ['its checks'] : []),
    ...(/\bON\s+(DELETE|UPDATE)\s+(CASCADE|SET|RESTRICT)\b/i.test(text)
      ? ['what its references do ON DELETE and ON UPDATE']
      : []),
    ...(/\bCOLLATE\s+["'`[]?(NOCASE|RTRIM)\b/i.test(text) ? ['its collations'] : []),
    ...(/\bDEFAULT\b/i.test(text.replaceAll(/INITIALLY DEFERRED/gi, '')) ? ['its defaults'] : []),
  ]
}
