import type { DatabaseType } from '../config/choose-by-type.js'
import type { WantedFormat } from '../core/export-formats.js'
import type { BackupRecord, BackupStatus } from '../core/backups/catalog.js'
import type { BackupHealth } from '../core/backups/describe-health.js'
import type { SizeChange } from '../core/backups/size-trend.js'
import type { RemovedBackup } from '../jobs/backup/remove-backup.js'
import type { VerifiedBackup } from '../jobs/backup/verify-backup.js'
import type { Action } from './actions.js'

export interface BackUpRequest {
  readonly database: string | undefined
  /** Null: BACKUP_FORMAT. */
  readonly format: WantedFormat | null
  /** Where nothing is configured, name and make it as `backup_database` of old did. */
  readonly asOfOld?: true
  /** In place of a database by name. */
  readonly dbType: DatabaseType | null
  /** Also where no model holds a record. */
  readonly allowEmpty: boolean
  readonly prune: boolean
  /** In place of RETENTION_DAYS. */
  readonly retentionDays: number | null
  /** `cli`, `key deploy`. */
  readonly startedBy: string
  readonly tell: (line: string) => void
}

export interface ScheduleRequest {
  /** Undefined: the only one there is. */
  readonly name: string | undefined
  /** Null: the last one before now. */
  readonly due: Date | null
  readonly missed: boolean
  readonly tell: (line: string) => void
}

/** Of a store after a prune, or as it would be. */
export interface PruneReport {
  readonly store: string
  readonly dryRun: boolean
  readonly backups: readonly {
    readonly id: string
    readonly name: string
    readonly database: string
    readonly takenAt: string
    readonly size: number
    readonly kept: boolean
    /** Why it is kept, or goes. */
    readonly reasons: readonly string[]
  }[]
}

export interface BackUpReport {
  readonly backups: readonly BackupRecord[]
  readonly pruned: readonly string[]
}

export interface ListRequest {
  readonly database: string | null
  readonly status: BackupStatus | null
  readonly last: number
}

export interface ListedBackup extends BackupRecord {
  /** Against the backup before it; null for the first, and for what is none. */
  readonly change: SizeChange | null
}

export interface RemoveRequest {
  readonly id: string
  /** Also the newest verified one of its database and format. */
  readonly force: boolean
}

export interface VerifyBackupRequest {
  readonly id: string
  readonly expect: readonly string[]
  /** Only the copy in this store. */
  readonly store: string | null
}

export interface RebuildReport {
  readonly added: readonly string[]
  readonly changed: readonly string[]
  readonly warnings: readonly string[]
}

export interface StoreCheckReport {
  readonly store: string
  readonly shown: string
  readonly ok: boolean
  readonly steps: readonly {
    readonly step: string
    readonly ok: boolean
    readonly ms: number
    readonly reason: string | null
  }[]
}

export interface CheckRequest {
  readonly tell: (line: string) => void
}

/** What the commands about kept backups do. */
export interface BackupActions {
  readonly backUp: Action<BackUpRequest, BackUpReport>
  readonly runSchedule: Action<ScheduleRequest, BackUpReport>
  /** Tells the channels what is news, too. */
  readonly checkBackups: Action<CheckRequest, BackupHealth>
  readonly listBackups: Action<ListRequest, readonly ListedBackup[]>
  readonly showBackup: Action<{ readonly id: string }, BackupRecord>
  readonly verifyBackup: Action<VerifyBackupRequest, VerifiedBackup>
  readonly prune: Action<
    { readonly store: string | null; readonly dryRun: boolean },
    readonly PruneReport[]
  >
  readonly pin: Action<{ readonly id: string; readonly pinned: boolean }, BackupRecord>
  readonly removeBackup: Action<RemoveRequest, RemovedBackup>
  readonly rebuildCatalog: Action<null, RebuildReport>
  readonly checkStore: Action<{ readonly name: string }, StoreCheckReport>
}
