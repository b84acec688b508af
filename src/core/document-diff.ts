/** How one model differs from document `a` to document `b`. */
export interface ModelDiff {
  readonly model: string
  readonly added: number
  readonly changed: number
  readonly removed: number
  /** The first ones. */
  readonly shown: readonly RecordDiff[]
}

/** One record, as record lines: `a` is null for one that was added, `b` for one that was removed. */
export interface RecordDiff {
  /** Names it among the records of its model, as a restore of single records takes it. */
  readonly key: string
  readonly a: string | null
  readonly b: string | null
}

/** How two documents differ, from `a` to `b`. */
export interface DocumentDiff {
  readonly equal: boolean
  /** The names of schema objects that stand in one document only, or differ. */
  readonly schemaChanged: readonly string[]
  /** Every model that was compared, those without a difference included. */
  readonly models: readonly ModelDiff[]
}
