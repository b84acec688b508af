/** How a value that means nothing is written for a column; `other` has none. */
export type ColumnKind =
  'text' | 'char' | 'integer' | 'real' | 'numeric' | 'boolean' | 'binary' | 'other'

/** What the values of a column must keep to. */
export interface ColumnFacts {
  readonly name: string
  /** As it was declared. */
  readonly type: string
  readonly kind: ColumnKind
  /** In characters; null where there is no limit. */
  readonly maxLength: number | null
  /** Digits behind the point, of `numeric`. */
  readonly scale: number
  readonly notNull: boolean
  /** Whether two rows may not hold the same value, alone or with other columns. */
  readonly unique: boolean
  /** Tables whose rows show the values of this column, too: those that its table inherits it from. */
  readonly shownBy?: readonly string[]
}

/** Columns by the name of their table, as a document has it. */
export type TableColumns = ReadonlyMap<string, readonly ColumnFacts[]>

/** What becomes of a column on the way to development. */
export const columnRules = ['pseudonym', 'empty'] as const
export type ColumnRule = (typeof columnRules)[number]

/** By model and column. */
export type SyncRules = readonly (readonly [
  model: string,
  columns: readonly (readonly [column: string, rule: ColumnRule])[],
])[]
