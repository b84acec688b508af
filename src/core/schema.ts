/**
 * A stored text as JSON holds it: a string, or the bytes in the database's own encoding where they
 * would not come back from a string (docs/format.md, Values).
 */
export type StoredText = string | { readonly $text: { readonly base64: string } }

/** A foreign key. `to` is empty where the declaration names no columns: the parent's primary key. */
export interface Reference {
  readonly columns: readonly string[]
  readonly table: string
  readonly to: readonly string[]
}

/**
 * A table. Members stand in this order in the document, `rowid` only where it is false: a rowid table
 * whose columns take all three names of the rowid, so that no record can carry it.
 */
export interface TableObject {
  readonly type: 'table'
  readonly kind: 'table' | 'virtual' | 'shadow'
  readonly name: string
  /** PostgreSQL: the schema that it stands in. `name` begins with it unless it is `public`. */
  readonly schema?: string
  /** The model's public name; virtual tables hold no records of their own and have none. */
  readonly model?: string
  readonly primary_key: readonly string[]
  readonly references: readonly Reference[]
  readonly rowid?: false
  /** PostgreSQL: names and types of the stored columns, in their order. */
  readonly columns?: readonly (readonly [name: string, type: string])[]
  /** Empty for PostgreSQL, whose SQL stands in objects of its own. */
  readonly sql: StoredText
}

/** An index, a view or a trigger. */
export interface OtherObject {
  readonly type: 'index' | 'view' | 'trigger'
  readonly name: string
  readonly table: string
  readonly sql: StoredText
}

/** An object of a PostgreSQL schema, as pg_dump wrote it. Restored in the order of the document. */
export interface ServerObject {
  readonly type: 'object'
  /** The word of pg_dump: `TABLE`, `FK CONSTRAINT`. */
  readonly kind: string
  readonly name: string
  readonly schema?: string
  /** Made when the rows are there: indexes, foreign keys, triggers. */
  readonly after_rows?: true
  readonly sql: string
}

/** One line of the `schema` of a document. */
export type SchemaObject = TableObject | OtherObject | ServerObject

/** The encodings of an SQLite database, as `PRAGMA encoding` spells them. */
export const sqliteEncodings = ['UTF-8', 'UTF-16le', 'UTF-16be'] as const

/** The page sizes that an SQLite database can have, in bytes. */
export const sqlitePageSizes = [512, 1024, 2048, 4096, 8192, 16384, 32768, 65536] as const

/** The values of `PRAGMA auto_vacuum`: none, full, incremental. */
export const sqliteAutoVacuums = [0, 1, 2] as const

/** What belongs to the database as a whole: the document's `database` member without name and label. */
export interface DatabaseFacts {
  readonly engine: 'sqlite' | 'postgresql'
  readonly engine_version: string
  readonly encoding: string
  readonly page_size?: number
  readonly auto_vacuum?: number
  readonly wal?: boolean
  readonly user_version?: number
  readonly application_id?: number
  /** PostgreSQL: what wrote the SQL of the schema, `pg_dump 15.4`; missing where that SQL is not there. */
  readonly schema_by?: string
}
