import type { RecordChunk, Violations } from './engine.js'
import type { DatabaseFacts, SchemaObject } from './schema.js'

/** The version that this release writes, and the highest that it reads. */
export const documentVersion = 1

/** The longest line of a document, in bytes: a record above it is refused by name. */
export const maxLineBytes = 256 * 1000 * 1000

/**
 * Which database it was. Digests only: they can be compared, and a guess can be tried out, but they tell
 * neither host nor path.
 */
export interface DatabaseIdentity {
  /** Of the place: server and database, or the file. */
  readonly fingerprint: string
  /** Of the schema lines, statistics left out; null where the schema could not be written down. */
  readonly schema_sha256: string | null
}

/** The `database` member of a header. */
export interface DocumentDatabase extends DatabaseFacts {
  readonly name: string
  readonly label: string
  /** Missing in documents of older releases. */
  readonly identity?: DatabaseIdentity
}

export interface RewrittenColumns {
  readonly pseudonym: readonly string[]
  readonly empty: readonly string[]
}

/** The members before `schema`, in their order. */
export interface DocumentHeader {
  readonly octavo: number
  /** ISO 8601 in UTC with milliseconds: the instant of the snapshot. */
  readonly export_date: string
  readonly generator: string
  readonly database: DocumentDatabase
  /** Model names, where the document holds chosen models only. */
  readonly selection?: readonly string[]
  /** Model names whose rows were left out on purpose. */
  readonly excluded_rows?: readonly string[]
  readonly sample?: true
  /** Columns whose values were rewritten on the way to development, as `MODEL.COLUMN`. */
  readonly rewritten?: RewrittenColumns
}

/** What the `summary` of a document says of one model. */
export interface ModelSummary {
  readonly records: number
  readonly sha256: string
  readonly foreign_key_violations: Violations
}

/** Model names may be anything, `__proto__` included: hence a Map, in document order. */
export interface DocumentSummary {
  readonly records: number
  readonly models: ReadonlyMap<string, ModelSummary>
}

/** What is known of a document once it was written or read to its end. */
export interface DocumentEnd {
  readonly summary: DocumentSummary
  readonly contentSha256: string
  /**
   * Models of a document in another layout whose record lines no longer have the digest that the
   * summary states: a tool may have spelled numbers in another way, or someone changed a value. The
   * stated digests hold for the values once they are loaded and exported again, or the document was
   * altered. Empty for our own layout, where such a model is an error.
   */
  readonly unproved: readonly string[]
  /** Of every byte before the line that holds it; null where the layout was not canonical. */
  readonly sha256: string | null
}

/**
 * A document being read, in one pass. `models` may be called once and gives each model's chunks
 * before the next; what is not consumed is read over and digested all the same. `end` reads what is
 * left and throws unless the closing lines are there and every digest and count agrees.
 */
export interface DocumentReading {
  readonly header: DocumentHeader
  readonly schema: readonly SchemaObject[]
  /** Each one line of JSON. */
  readonly sequences: readonly string[]
  /** True where the file had our own layout, false where it had to be made canonical first. */
  readonly canonical: boolean
  models(): AsyncIterable<{ readonly model: string; readonly chunks: AsyncIterable<RecordChunk> }>
  end(): Promise<DocumentEnd>
  close(): Promise<void>
}
