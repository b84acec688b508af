import type { FoundAccount } from '../core/accounts.js'
import type { ExportFormat } from '../core/export-formats.js'
import type { Violations } from '../core/engine.js'
import type { DatabaseAddress } from '../core/database-address.js'
import type { NamedRecord } from '../core/named-record.js'
import type { DatabaseIdentity, DocumentHeader } from '../core/document.js'
import type { PackInput, PackResult, UnsealInput } from './backup/pack-archive.js'
import type { RewriteInput, RewriteResult } from './sync/rewrite-file.js'
import type { DocumentDiff, ModelDiff } from '../core/document-diff.js'
import type { ConvertInput, ConvertResult } from './convert/convert-types.js'
import type { FixtureInput, FixtureResult } from './fixture/fixture-types.js'

/** A configured database as a job sees it. Plain data: it crosses the worker wall. */
export interface ChosenDatabase {
  readonly name: string
  /** `prod`, `dev` or what the configuration says; empty where nothing was said. */
  readonly label: string
  /** Paths are absolute. */
  readonly address: DatabaseAddress
  /** Pairs of table name and model name. */
  readonly modelNames: readonly (readonly [string, string])[]
  readonly excludeRows: readonly string[]
  /** PostgreSQL: the program pg_dump, `none` for exports without the SQL of the schema. */
  readonly pgDump?: string
  /** PostgreSQL: where its backups are tried out, if not on its own server. */
  readonly scratch?: ScratchServer
}

/** A PostgreSQL server on which databases are made and dropped. */
export interface ScratchServer {
  readonly url: string
  readonly shown: string
  readonly pgDump?: string
}

export type { ExportFormat }

export interface ExportInput {
  readonly database: ChosenDatabase
  readonly format: ExportFormat
  readonly models?: readonly string[]
  /**
   * Compare the finished file with the snapshot, row by row: a native copy as it is, a document after it
   * was restored into a scratch database.
   */
  readonly verify: boolean
  readonly sample: boolean
  /** The instant written into the document, ISO 8601. */
  readonly at: string
  /**
   * Written mode 0600 and fsynced, a document not if it is `temporary`; its folder must exist and
   * holds scratch files.
   */
  readonly file: string
  /** A dump in its custom form is gzipped afterwards: pg_dump leaves that to it. */
  readonly uncompressed?: boolean | undefined
  /** The file is sent on and removed: nobody needs it after a power cut. */
  readonly temporary?: true
  readonly busyTimeoutMs: number
}

export interface ModelCount {
  readonly model: string
  readonly records: number
  readonly violations: Violations
}

export interface ExportResult {
  readonly file: string
  readonly format: ExportFormat
  readonly bytes: number
  /** Of the whole file, hexadecimal. */
  readonly fileSha256: string
  /** Null for native copies and dumps. */
  readonly contentSha256: string | null
  readonly identity: DatabaseIdentity
  readonly records: number
  /** In document order. For native copies and dumps too. */
  readonly models: readonly ModelCount[]
  /** `snapshot`: equal to the snapshot that it was made of, row by row. Null: not asked for. */
  readonly verified: 'snapshot' | null
  readonly excludedRows: readonly string[]
  /** What the person should know though the export is right: a damaged index in the source, say. */
  readonly warnings: readonly string[]
}

export interface VerifyInput {
  readonly file: string
  /** Models that must be there and not empty. */
  readonly expect: readonly string[]
  readonly workFolder: string
  /** For documents and dumps of PostgreSQL. */
  readonly scratch?: ScratchServer
  /** For fixtures: a database whose tables it is tried against. */
  readonly against?: ChosenDatabase
  readonly djangoModels?: string
}

/** A fixture of Django is read and written, and never kept as a backup. */
export type FileFormat = ExportFormat | 'django'

export interface VerifyResult {
  readonly format: FileFormat
  /** How far the proof reaches: see docs/architecture.md. */
  readonly verified: 'round-trip' | 'pages' | 'restored' | 'read'
  readonly canonical: boolean
  readonly header: DocumentHeader | null
  readonly contentSha256: string | null
  readonly records: number
  readonly models: readonly ModelCount[]
  readonly warnings: readonly string[]
}

export type RestoreMode = 'replace' | 'data-only' | 'merge'

export interface RestoreInput {
  readonly file: string
  readonly target: ChosenDatabase
  /** Null: `replace` for a complete document or native file, `data-only` where `only` is given. */
  readonly mode: RestoreMode | null
  readonly only: readonly string[]
  /** Single records, which are merged with the parents that they need; none: all that is wanted else. */
  readonly records?: readonly NamedRecord[]
  readonly dryRun: boolean
  /** For dumps, where the target is on no server itself. */
  readonly scratch?: ScratchServer
  readonly at: string
  /** How long to wait for the target's locks and for a moment without writes. */
  readonly deadlineMs: number
  /** PostgreSQL: the folder of the safety copies of all databases. Those of a file stand beside it. */
  readonly safetyFolder?: string
  /** For fixtures: the models file, and whether what the target does not have is left out. */
  readonly djangoModels?: string
  readonly ignoreUnknown?: boolean
}

export interface ModelChange {
  readonly model: string
  /**
   * The three are null where they were not counted: a *replace* compares with the old state in a dry
   * run only.
   */
  readonly added: number | null
  readonly changed: number | null
  readonly removed: number | null
  /** Records after the restore. */
  readonly records: number
}

export interface RestoreResult {
  readonly mode: RestoreMode
  readonly dryRun: boolean
  readonly created: boolean
  readonly changes: readonly ModelChange[]
  readonly safetyCopy: string | null
  /** Models whose rows the backup left out on purpose: they come back empty. */
  readonly excludedRows: readonly string[]
  /** Of single records: what came with them, because they refer to it and the target did not have it. */
  readonly parents?: readonly NamedRecord[]
  readonly warnings: readonly string[]
}

export type UndoInput = Pick<RestoreInput, 'target' | 'at' | 'deadlineMs' | 'safetyFolder'>

export interface UndoResult {
  readonly restoredFrom: string
  /** The state that the undo replaced, kept in turn. */
  readonly safetyCopy: string | null
}

/** What a restore would overwrite: asked for before the confirmation. */
export interface TargetDescription {
  readonly exists: boolean
  readonly tables: number
  readonly records: number
}

export interface InspectInput {
  readonly file: string
  readonly workFolder: string
  /** PG_DUMP: pg_restore, which reads custom dumps, stands beside it. */
  readonly pgDump?: string
}

export interface InspectResult {
  readonly format: FileFormat
  readonly compressed: boolean
  readonly bytes: number
  readonly header: DocumentHeader | null
  readonly contentSha256: string | null
  readonly tables: number
  readonly indexes: number
  readonly views: number
  readonly triggers: number
  readonly records: number
  readonly models: readonly ModelCount[]
}

export interface DiffInput {
  /** Each a document, or a database to export. */
  readonly a: DiffSide
  readonly b: DiffSide
  readonly workFolder: string
  /** For dumps. */
  readonly scratch?: ScratchServer
  /** How many records per model to name, not only to count. */
  readonly show: number
  /** The instant of the exports that are made of databases, ISO 8601. */
  readonly at: string
  readonly busyTimeoutMs: number
  readonly djangoModels?: string
}

export type DiffSide =
  | { readonly kind: 'file'; readonly file: string }
  | { readonly kind: 'database'; readonly database: ChosenDatabase }

export type { ModelDiff }
export type DiffResult = DocumentDiff

export interface FindAccountInput {
  readonly database: ChosenDatabase
  readonly name: string
}

/** The jobs that run behind the worker wall, by name. */
export interface JobTypes {
  export: { input: ExportInput; result: ExportResult }
  exportFixture: { input: FixtureInput; result: FixtureResult }
  convert: { input: ConvertInput; result: ConvertResult }
  verify: { input: VerifyInput; result: VerifyResult }
  restore: { input: RestoreInput; result: RestoreResult }
  undo: { input: UndoInput; result: UndoResult }
  describe: { input: { readonly target: ChosenDatabase }; result: TargetDescription }
  inspect: { input: InspectInput; result: InspectResult }
  diff: { input: DiffInput; result: DiffResult }
  account: { input: FindAccountInput; result: FoundAccount }
  rewrite: { input: RewriteInput; result: RewriteResult }
  pack: { input: PackInput; result: PackResult }
  unseal: { input: UnsealInput; result: PackResult }
}

export type JobName = keyof JobTypes
