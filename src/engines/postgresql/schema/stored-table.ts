import type { Reference } from '../../../core/schema.js'

/** How the values of a type are written: docs/format.md, Values. */
export type ValueForm = 'boolean' | 'integer' | 'bigint' | 'float' | 'bytes' | 'text'

/** A column that holds values of its own: generated ones are left out. */
export interface StoredColumn {
  readonly name: string
  /** As the server spells it, `character varying(150)`. */
  readonly type: string
  readonly form: ValueForm
  /** How a key is sorted by it: as it is, with the collation C, or by its text with that collation. */
  readonly sortedBy: 'value' | 'collated' | 'text'
}

/** A table whose records are a model: an ordinary one, or the root of a partitioned one. */
export interface StoredTable {
  readonly oid: string
  readonly schema: string
  readonly table: string
  /** Its public name: docs/format.md, Schema of PostgreSQL. */
  readonly name: string
  readonly partitioned: boolean
  readonly columns: readonly StoredColumn[]
  /** Names of columns. */
  readonly key: readonly string[]
  readonly references: readonly StoredReference[]
}

/** A foreign key, with the table that it leads to as SQL names it. */
export interface StoredReference extends Reference {
  readonly schema: string
  readonly parent: string
  /** What says that a value of the parent is one of ours, by column: a type may have its own. */
  readonly operators: readonly string[]
}
