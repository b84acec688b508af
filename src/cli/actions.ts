import type { Writable } from 'node:stream'
import type { DatabaseType } from '../config/choose-by-type.js'
import type { NamedRecord } from '../core/named-record.js'
import type { OnProgress } from '../core/progress.js'
import type { Finding } from '../jobs/doctor.js'
import type { FixtureWish } from '../documents/fixture/write/write-fixture.js'
import type { ConvertedFormat, ConvertResult } from '../jobs/convert/convert-types.js'
import type { FixtureResult } from '../jobs/fixture/fixture-types.js'
import type { RewriteResult } from '../jobs/sync/rewrite-file.js'
import type { AccessActions } from './access-actions.js'
import type { BackupActions } from './backup-actions.js'
import type { ManageActions } from './manage-actions.js'
import type { UserActions } from './user-actions.js'
import type {
  ChosenDatabase,
  DiffResult,
  ExportFormat,
  ExportResult,
  InspectResult,
  RestoreMode,
  RestoreResult,
  TargetDescription,
  UndoResult,
  VerifyResult,
} from '../jobs/job-types.js'

/** What every action gets besides its request. */
export interface Listeners {
  readonly signal: AbortSignal
  readonly onProgress: OnProgress
}

export type Action<Request, Result> = (request: Request, listeners: Listeners) => Promise<Result>

/** A file to write; without a path one with the name that users know, in the current folder. */
export interface FileWish {
  readonly path: string | null
  /** In a folder: what the file is called there, without its end. */
  readonly stem?: string
  /** Replace a file that is there. */
  readonly force: boolean
}

export interface BesideRequest {
  /** The app's command and its arguments. */
  readonly words: readonly [string, ...string[]]
  /** A unix socket for the service, whatever is configured. */
  readonly socket: string | undefined
}

/** Which database to export, by name or by what it is. */
export interface ExportAsked {
  readonly database: string | undefined
  readonly dbType: DatabaseType | null
  /** Also where no model holds a record. */
  readonly allowEmpty: boolean
}

export interface ExportRequest extends ExportAsked {
  readonly models: readonly string[]
  readonly format: ExportFormat
  readonly verify: boolean
  readonly out: FileWish | { readonly stream: Writable }
}

export interface FixtureRequest extends Omit<ExportRequest, 'format' | 'verify'> {
  readonly wish: FixtureWish
  /** Try the finished file out before it gets its name. */
  readonly prove?: true
}

/** What an export was of. */
export interface ExportedFrom {
  /** The file as seen from the current folder. */
  readonly location: string
  readonly database: { readonly name: string; readonly label: string }
}

export type ExportReport = ExportResult & ExportedFrom
export type FixtureReport = FixtureResult & ExportedFrom

export interface ConvertRequest {
  readonly file: string
  readonly to: ConvertedFormat
  /** For fixtures, which have no schema: a database that has their tables. */
  readonly schema: string | null
  readonly wish: FixtureWish
  readonly out: FileWish
}

export interface VerifyRequest {
  readonly file: string
  /** For fixtures: a database whose tables it is tried against. */
  readonly against?: string | null
  /** Demand that the backup is not older; in days. */
  readonly maxAge: number | null
  readonly expect: readonly string[]
}

export interface FetchRequest {
  readonly which: string
  /** Null where the branch holds backups of one only, or the address names it. */
  readonly database: string | null
  readonly out: FileWish
}

export interface DiffRequest {
  readonly a: string
  readonly b: string
  readonly show: number
}

export interface RestoreRequest {
  readonly file: string
  readonly into: string
  readonly mode: RestoreMode | null
  readonly only: readonly string[]
  readonly records?: readonly NamedRecord[]
  readonly dryRun: boolean
  /** Leave out what a fixture holds and the target does not have. */
  readonly ignoreUnknown?: boolean
  /** The name of the database as a person said it: production is not changed without. */
  readonly confirmed: string | null
}

export interface UndoRequest {
  readonly into: string
  readonly confirmed: string | null
}

export interface SyncRequest {
  readonly from: string
  readonly to: string
  readonly dryRun: boolean
  /** The name of the database as a person said it: one without a label is not changed without. */
  readonly confirmed: string | null
}

export interface SyncReport extends RewriteResult {
  readonly from: { readonly name: string; readonly label: string }
  readonly to: { readonly name: string; readonly label: string }
  readonly verified: ExportResult['verified']
  readonly restored: RestoreResult
  readonly warnings: readonly string[]
}

export interface SyncPlan extends RestorePlan {
  readonly from: ChosenDatabase
}

/** What is inside a backup; `bytes` are those of the file that was named. */
export interface InspectReport extends InspectResult {
  readonly encrypted: boolean
}

/** What a restore is about to do. */
export interface RestorePlan {
  readonly target: ChosenDatabase
  readonly found: TargetDescription
  /** Why what is there can't be read, where it can't: a damaged database is one to restore. */
  readonly fault: string | null
  /** Null for an undo. */
  readonly backup: InspectReport | null
}

export interface ArchiveReport {
  readonly repository: string
  readonly branch: string
  readonly commit: string
  readonly name: string
  readonly bytes: number
  readonly records: number
  readonly unchanged: boolean
  readonly kept: readonly string[]
  readonly pruned: readonly string[]
  readonly warnings: readonly string[]
}

export interface AdoptReport {
  readonly repository: string
  readonly branch: string
  readonly commit: string | null
  readonly adopted: readonly string[]
  readonly left: readonly { readonly path: string; readonly reason: string }[]
  readonly warnings: readonly string[]
}

export interface CompactReport {
  readonly repository: string
  readonly branch: string
  readonly commit: string
  readonly replaced: string
  readonly kept: readonly string[]
  readonly pruned: readonly string[]
  readonly left: readonly string[]
}

export interface FetchReport {
  readonly file: string
  readonly name: string
  readonly bytes: number
  readonly records: number
  readonly exportDate: string
  readonly warnings: readonly string[]
}

export interface KeygenRequest {
  /** Null: nothing is written. */
  readonly path: string | null
}

export interface KeygenReport {
  readonly recipient: string
  /** Secret. */
  readonly identity: string
  /** What a file of this identity holds. Secret. */
  readonly text: string
  readonly file: string | null
}

/** What the commands do; main says how. One for each command, and two more for restore. */
export interface Actions extends BackupActions, AccessActions, UserActions, ManageActions {
  readonly serve: Action<null, void>
  /** Results in the exit code of the app. */
  readonly beside: Action<BesideRequest, number>
  readonly export: Action<ExportRequest, ExportReport>
  readonly exportFixture: Action<FixtureRequest, FixtureReport>
  /** The management command that prints the models file. */
  readonly djangoModels: Action<null, string>
  readonly convert: Action<ConvertRequest, ConvertResult>
  readonly planRestore: Action<{ readonly file: string | null; readonly into: string }, RestorePlan>
  readonly restore: Action<RestoreRequest, RestoreResult>
  readonly undo: Action<UndoRequest, UndoResult>
  readonly planSync: Action<Pick<SyncRequest, 'from' | 'to'>, SyncPlan>
  readonly sync: Action<SyncRequest, SyncReport>
  readonly verify: Action<VerifyRequest, VerifyResult>
  readonly inspect: Action<{ readonly file: string }, InspectReport>
  readonly diff: Action<DiffRequest, DiffResult>
  readonly doctor: Action<null, readonly Finding[]>
  readonly keygen: Action<KeygenRequest, KeygenReport>
  readonly archive: Action<null, ArchiveReport>
  readonly adopt: Action<null, AdoptReport>
  readonly compact: Action<null, CompactReport>
  readonly fetch: Action<FetchRequest, FetchReport>
}
