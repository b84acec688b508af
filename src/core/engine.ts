import type { OnProgress } from './progress.js'
import type { DatabaseFacts, SchemaObject } from './schema.js'

/**
 * Whole record lines of one model joined by `,\n`, with no separator at either end: what stands
 * between the brackets in a document. Never empty. The bytes are the reader's to keep.
 */
export interface RecordChunk {
  readonly bytes: Buffer
  readonly records: number
}

/** Rows that break a foreign key, counted at the snapshot; an error where they can't be counted. */
export type Violations = number | { readonly error: string }

/** A model of a snapshot: every table that holds records is one. */
export interface SnapshotModel {
  readonly model: string
  readonly table: string
  /** True where the rows were left out on purpose (EXCLUDE_ROWS): it yields no records. */
  readonly rowsExcluded: boolean
}

/**
 * A consistent read view of a database. Everything it gives belongs to one instant, whatever is
 * written meanwhile. `close` must be called, also after an error; it may be called twice.
 */
export interface Snapshot {
  readonly facts: DatabaseFacts
  /** In the engine's own order of creation; the order of the document's `schema`. */
  readonly schema: readonly SchemaObject[]
  /** Each one line of JSON: `["auth_user",41]`. */
  readonly sequences: readonly string[]
  /** In restore order. */
  readonly models: readonly SnapshotModel[]
  /** In the order of docs/format.md. May be called again once it was read through. */
  records(model: string): AsyncIterable<RecordChunk>
  violations(model: string): Violations
  close(): Promise<void>
}

/** What of a database a snapshot shows, and how it is opened. */
export interface SnapshotOptions {
  readonly signal?: AbortSignal
  readonly onProgress?: OnProgress
  /** A folder of the job's own for scratch files; the caller removes it. */
  readonly workFolder: string
  /** Only these models (names without case); an unknown one is `model-unknown`. */
  readonly models?: readonly string[]
  /** Models whose schema is kept and whose rows are dropped. Unknown names are ignored. */
  readonly excludeRows?: readonly string[]
  /** Table name to model name, from the configuration. */
  readonly modelNames?: ReadonlyMap<string, string>
  /** How long to wait for locks, in milliseconds. */
  readonly busyTimeoutMs?: number
}

/**
 * A new database under construction, in a file that nobody else reads. The calls come in this order:
 * `load` once for each model that has records, in any order; `finish`; then `close`. A build that is
 * closed without `finish` leaves a file that must be removed by the caller, who owns its folder.
 */
export interface Build {
  /** Loads chunks of a model's record lines; resolves with the number of records loaded. */
  load(model: string, chunks: AsyncIterable<RecordChunk>): Promise<number>
  /** Indexes, virtual tables, views, triggers, sequences; checks the result and makes it durable. */
  finish(): Promise<void>
  close(): Promise<void>
}

/** What a build needs to know before the first record. */
export interface BuildPlan {
  readonly facts: DatabaseFacts
  readonly schema: readonly SchemaObject[]
  readonly sequences: readonly string[]
}
