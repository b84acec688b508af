import type { Opening, Sealing } from '../../core/age-keys.js'
import type { Catalog } from '../../core/backups/catalog.js'
import type { Notice } from '../../core/backups/notifier.js'
import type { Clock } from '../../core/clock.js'
import type { OnProgress } from '../../core/progress.js'
import type { RetentionPolicy } from '../../core/retention/policy.js'
import type { Store } from '../../core/store.js'
import type { ChosenDatabase, ExportFormat, ScratchServer } from '../job-types.js'
import type { runJob } from '../wall/run-job.js'
import type { RunLogs } from './run-logs.js'

/** A store, and how long backups stay in it. */
export interface KeptStore {
  readonly store: Store
  readonly policy: RetentionPolicy
}

/** What a backup has around it: the same for every run. */
export interface BackupRoom {
  readonly stores: readonly KeptStore[]
  readonly catalog: Catalog
  readonly clock: Clock
  /** Archives are made here; large enough for the database twice. */
  readonly spoolFolder: string
  readonly gzip: boolean
  readonly sealing: Sealing | null
  /** Null where archives are not encrypted, or this machine can't read them. */
  readonly opening: Opening | null
  /** Names of archives, by format: `archive-names.ts`. */
  readonly templates: Readonly<Record<ExportFormat, string>>
  /**
   * Where the content is that of the newest verified backup: `store` it all the same, `record` a run
   * that stored nothing, or leave no trace (`skip`).
   */
  readonly unchanged: 'store' | 'record' | 'skip'
  readonly busyTimeoutMs: number
  /** Where backups of PostgreSQL are tried out. */
  readonly scratch?: ScratchServer
  readonly runJob: typeof runJob
  /** Where the log of each run is kept. */
  readonly logs: RunLogs
  /** The log of a run, line by line. */
  readonly tell: (line: string) => void
  readonly notify: (notice: Notice) => Promise<void>
}

export interface BackupRequest {
  readonly database: ChosenDatabase
  readonly format: ExportFormat
  /** `schedule daily`, `cli`, `key deploy`. */
  readonly startedBy: string
  /** Also where no model holds a record. */
  readonly allowEmpty?: boolean
  /** Prune the stores afterwards. */
  readonly prune: boolean
  readonly signal: AbortSignal
  readonly onProgress: OnProgress
}
