/** What stands in a column of SQLite: a declared type promises nothing there. */
export interface ColumnProfile {
  readonly name: string
  /** As it was declared, in lower case; empty where nothing was. */
  readonly declared: string
  readonly notNull: boolean
  /** Values by their storage class. */
  readonly integers: number
  readonly reals: number
  readonly texts: number
  readonly blobs: number
  /** Integers besides 0 and 1. */
  readonly beyondBool: number
  readonly infinities: number
  /** In characters. */
  readonly longestText: number
  /** Texts that are no instant `2026-01-05 09:12:44.123456`, no day, no time of day, not 32 hexadecimal digits. */
  readonly noInstants: number
  readonly noDays: number
  readonly noTimes: number
  readonly noHex: number
  /** Texts with a NUL, which PostgreSQL has not. */
  readonly nuls: number
}

/** A table of SQLite with all that a table of PostgreSQL is made of. */
export interface TableProfile {
  readonly table: string
  readonly columns: readonly ColumnProfile[]
  /** Columns of the unique constraints besides the key. */
  readonly unique: readonly (readonly string[])[]
  readonly indexes: readonly {
    readonly name: string
    readonly columns: readonly string[]
    readonly unique: boolean
  }[]
  /** The highest key that was given out, where the key is the rowid. */
  readonly lastKey: bigint | null
  /** Indexes that hold more than columns, and what else has no counterpart. */
  readonly uncarried: readonly string[]
}
