import type Database from 'better-sqlite3'

export interface SchemaRow {
  readonly type: string
  readonly name: string
  readonly table: string
  /** The stored bytes; null for the indexes that SQLite makes by itself. */
  readonly sql: Buffer | null
  readonly virtual: boolean
}

/** sqlite_schema as it is stored, in its order. */
export function readSchema(database: Database.Database): SchemaRow[] {
  const rows = database
    .prepare(
      'SELECT type, name, tbl_name, CAST(sql AS BLOB), sql FROM sqlite_schema ORDER BY rowid',
    )
    .raw()
    .all() as [string, string, string, Buffer | null, string | null][] // the five columns asked for
  return rows.map(([type, name, table, sql, text]) => {
    return { type, name, table, sql, virtual: /^create\s+virtual/i.test(text ?? '') }
  })
}

export function showObject({ type, name, table, sql }: SchemaRow): string {
  return `${type} ${JSON.stringify(name)} on ${JSON.stringify(table)}: ${showBytes(sql)}`
}

/** Text where the bytes are text, else hexadecimal; long ones shortened, with their length. */
export function showBytes(bytes: Buffer | null): string {
  if (bytes === null) return 'null'
  const text = bytes.toString('utf8')
  const shown =
    Buffer.from(text).equals(bytes) && !text.includes('\0')
      ? JSON.stringify(text)
      : bytes.toString('hex')
  return shown.length > 400 ? `${shown.slice(0, 400)}… (${bytes.length} bytes)` : shown
}
