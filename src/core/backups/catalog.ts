import type { ExportFormat } from '../export-formats.js'
import type { ErrorRecord } from '../errors.js'
import type { BackupManifest } from './manifest.js'
import type { RunHistory } from './run-history.js'
import type { RunChoices, RunPage, RunPageWish, StoreTotal } from './run-page.js'
import type { MadeBackup } from './size-trend.js'
import type { Verification } from './verification.js'

export type BackupStatus = 'in-progress' | 'success' | 'failed'

/** How people read a status. */
export const statusWords: Readonly<Record<BackupStatus, string>> = {
  'in-progress': 'In progress',
  success: 'Success',
  failed: 'Failed',
}

/** A copy of a backup in a store. */
export interface BackupCopy {
  readonly store: string
  /** Of the manifest in it: `database_backup_2026-11-22_00-17-00.manifest.json`. */
  readonly manifestName: string
  readonly verification: Verification | null
}

/** What is on its way out of a store: no copy any more, and something of it may be there. */
export type LeavingCopy = Pick<BackupCopy, 'store' | 'manifestName'>

/**
 * One run, and the backup that it made. Instants are ISO 8601 in UTC to the millisecond, as
 * `Date.toISOString` writes them; the catalog gives other spellings back in this one.
 */
export interface BackupRecord {
  /** As `newBackupId` makes it, or as a manifest has it. */
  readonly id: string
  readonly database: string
  readonly label: string
  readonly format: ExportFormat
  readonly status: BackupStatus
  readonly startedAt: string
  readonly endedAt: string | null
  readonly startedBy: string
  /** Of the process that runs it, to tell a run that died: `process-status.ts`. */
  readonly process: string | null
  /** Null until there is an archive. */
  readonly manifest: BackupManifest | null
  readonly error: ErrorRecord | null
  readonly warnings: readonly string[]
  readonly copies: readonly BackupCopy[]
  readonly leaving: readonly LeavingCopy[]
  readonly pinned: boolean
  /** The backup whose content this run found again, where nothing new was stored. */
  readonly unchangedFrom: string | null
}

export type RecordChange = Partial<Omit<BackupRecord, 'id'>>

export interface CatalogFilter {
  readonly database?: string
  readonly label?: string
  readonly format?: BackupRecord['format']
  readonly status?: BackupStatus
  /**
   * Only those behind this place in the list. For the next page, give the last record of this one:
   * it need not be there any more.
   */
  readonly before?: Pick<BackupRecord, 'startedAt' | 'id'>
  /** At most so many: 1 or more. */
  readonly limit?: number
}

/**
 * Our list of runs and backups, newest first: by `startedAt`, and where that is equal by id. It is never
 * the only copy of a fact about a backup: it can be built again from the manifests in the stores.
 *
 * Every change is durable when it resolves, and several processes may use one catalog at once: a change
 * of one member leaves what another process changes in the others. `database-busy` where others held it
 * for too long.
 */
export interface Catalog {
  /** Adds a run, or what was found in a store; `usage` where the id is known. */
  add(record: BackupRecord): Promise<void>
  /**
   * Adds a run that begins, unless another one of its database is in progress: then nothing is added, and
   * that one's id is given. Of several at once one begins. `dead` are runs that are known to have ended.
   */
  begin(record: BackupRecord, dead: readonly string[]): Promise<string | null>
  /**
   * Changes the members given; `not-found` for an id that is not known. What depends on the record as it is
   * (its copies, whether it is pinned) is given as a function: nobody changes it between the two.
   */
  update(id: string, change: RecordChange | ((now: BackupRecord) => RecordChange)): Promise<void>
  /** Null for an id that is not known; `internal` for an entry that can't be read. */
  get(id: string): Promise<BackupRecord | null>
  /** A backup by its id, or by the beginning of it where only one has it; else `not-found` or `usage`. */
  find(beginning: string): Promise<BackupRecord>
  /** An entry that can't be read is left out, and named in a warning: it hides none of the others. */
  list(filter?: CatalogFilter): Promise<readonly BackupRecord[]>
  /**
   * What the checks need of each database, who ran last first: few records of each, however many there
   * are. An entry that can't be read is counted with what it takes, and else left out as in a list.
   */
  histories(now: Date): Promise<readonly RunHistory[]>
  /** A part of the history as people look at it, by number; an entry that can't be read is left out as in a list. */
  page(wish: RunPageWish): Promise<RunPage>
  /** The newest earlier one that was made of the same database, label and format; null where there is none. */
  before(record: BackupRecord): Promise<MadeBackup | null>
  choices(): Promise<RunChoices>
  /** By store, then by database. */
  totals(): Promise<readonly StoreTotal[]>
  /** Takes an entry out of the list; resolves also where it was not there. */
  remove(id: string): Promise<void>
  /** Nothing can be called after it but itself. */
  close(): Promise<void>
}

/** What a catalog tells whoever opened it. */
export type CatalogWarning =
  /** It was damaged and kept under another name; it is empty now, to be built again from the stores. */
  | { readonly kind: 'damaged'; readonly message: string; readonly keptAs: string }
  /** An entry can't be read; it is told once by each opened catalog. */
  | { readonly kind: 'unreadable'; readonly message: string; readonly id: string }
