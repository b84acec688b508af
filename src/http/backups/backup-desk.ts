import type { NamedRecord } from '../../core/named-record.js'
import type { WantedFormat } from '../../core/export-formats.js'
import type { BackupRecord, CatalogFilter } from '../../core/backups/catalog.js'
import type { RunChoices, RunPage, RunPageWish, StoreTotal } from '../../core/backups/run-page.js'
import type { MadeBackup } from '../../core/backups/size-trend.js'
import type { ArchiveRange, ArchiveRead } from '../../jobs/backup/read-archive.js'
import type { Trend, TrendWish } from '../../jobs/backup/read-trend.js'
import type { RemovedBackup } from '../../jobs/backup/remove-backup.js'
import type { CheckedStep } from '../../stores/check-store.js'
import type { VerifiedBackup } from '../../jobs/backup/verify-backup.js'
import type { BoardListeners } from '../../jobs/board/board-types.js'
import type {
  DiffResult,
  InspectResult,
  RestoreMode,
  RestoreResult,
  UndoResult,
} from '../../jobs/job-types.js'

/** What the service needs of kept backups; whoever builds it knows the stores and the catalog. */
export interface BackupDesk {
  readonly shelf: BackupShelf
  readonly runs: BackupRuns
  /** Folders of this machine, and what answers say in their place. */
  readonly places: readonly (readonly [path: string, shown: string])[]
}

/** What is answered at once. */
export interface BackupShelf {
  list(filter: CatalogFilter): Promise<readonly BackupRecord[]>
  /** A part of the history as people look at it. */
  page(wish: RunPageWish): Promise<RunPage>
  /** The one that a backup is compared with; null where there is none. */
  before(record: BackupRecord): Promise<MadeBackup | null>
  choices(): Promise<RunChoices>
  totals(): Promise<readonly StoreTotal[]>
  /** What a run told, line by line, with whatever is secret in it; null where nothing was kept. */
  log(id: string): Promise<string | null>
  trend(wish: TrendWish): Promise<Trend>
  /** Null for an id that is not known. */
  get(id: string): Promise<BackupRecord | null>
  archive(record: BackupRecord, wish: ArchiveWish): Promise<ArchiveRead>
  /** Resolves when the pin stands in, or is gone from, every store that holds the backup. */
  pin(id: string, pinned: boolean): Promise<BackupRecord>
}

export interface ArchiveWish extends ArchiveRange {
  /** Only from this store. */
  readonly store: string | null
  readonly signal: AbortSignal
  /** What kept a store from giving it, before the next one is asked. */
  readonly onFault: (store: string, error: unknown) => void
}

/** What takes its time, each in a process of its own. */
export interface BackupRuns extends BackupReads {
  backUp(request: BackUpWish, listeners: BoardListeners): Promise<BackUpOutcome>
  verify(request: VerifyWish, listeners: BoardListeners): Promise<VerifiedBackup>
  remove(request: RemoveWish, listeners: BoardListeners): Promise<RemovedBackup>
  restore(request: RestoreWish, listeners: BoardListeners): Promise<RestoreResult>
  undo(request: UndoWish, listeners: BoardListeners): Promise<UndoResult>
  /** Of every store what stays and what goes, and why; a dry run removes nothing. */
  prune(request: PruneWish, listeners: BoardListeners): Promise<readonly PrunedStore[]>
  /** Tries out all that is asked of a store; `store-failed` with the first thing that it does not do. */
  checkStore(request: CheckStoreWish, listeners: BoardListeners): Promise<CheckedStore>
}

/** What only reads, and takes its time all the same. */
export interface BackupReads {
  compare(request: CompareWish, listeners: BoardListeners): Promise<DiffResult>
  inspect(request: InspectWish, listeners: BoardListeners): Promise<InspectedBackup>
}

/** A kept backup, or a file that somebody sent: its path in the spool, and what they call it. */
export type BackupSource =
  { readonly id: string } | { readonly upload: string; readonly name: string }

export interface CompareWish {
  readonly a: { readonly backup: string }
  /** A backup by its id, or a configured database by its name. */
  readonly b: { readonly backup: string } | { readonly database: string }
  /** How many records of each model to give, not only to count. */
  readonly show: number
}

export interface InspectWish {
  readonly source: BackupSource
}

export interface InspectedBackup extends InspectResult {
  readonly encrypted: boolean
}

export interface BackUpWish {
  readonly database: string
  /** Null: as the settings say. */
  readonly format: WantedFormat | null
  readonly prune: boolean
  readonly startedBy: string
}

export interface BackUpOutcome {
  readonly backups: readonly BackupRecord[]
  readonly pruned: readonly string[]
}

export interface VerifyWish {
  readonly id: string
  /** Models that must be there and not empty. */
  readonly expect: readonly string[]
  readonly store: string | null
}

export interface RemoveWish {
  readonly id: string
  /** Also the newest verified one. */
  readonly force: boolean
}

export interface RestoreWish {
  readonly source: BackupSource
  /** The name of a configured database. */
  readonly into: string
  readonly mode: RestoreMode | null
  readonly only: readonly string[]
  /** Single records, which come with the parents that they need; none: all that is wanted else. */
  readonly records?: readonly NamedRecord[]
  readonly dryRun: boolean
  /** The name of the database as the caller confirmed it. */
  readonly confirmed: string | null
}

export interface CheckStoreWish {
  /** As the settings call it. */
  readonly name: string
}

export interface CheckedStore {
  readonly store: string
  readonly steps: readonly CheckedStep[]
}

export interface PruneWish {
  readonly dryRun: boolean
  /** Null: all of them. */
  readonly store: string | null
}

export interface PrunedStore {
  readonly store: string
  readonly dryRun: boolean
  readonly backups: readonly {
    readonly id: string
    readonly database: string
    readonly takenAt: string
    readonly size: number
    readonly kept: boolean
    /** Why it is kept, or goes. */
    readonly reasons: readonly string[]
  }[]
}

export interface UndoWish {
  readonly into: string
  readonly confirmed: string | null
}
