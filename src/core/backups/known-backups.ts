import type { RunHistory } from './run-history.js'

/** What is known of the backups of one database. */
export interface KnownBackups extends Pick<RunHistory, 'label' | 'records' | 'tally'> {
  readonly name: string
  /** Of its schedule; null where none is on. */
  readonly periodMs: number | null
  /** When the archiver last told that it archived an export; such an archive counts as a backup. */
  readonly archivedAt: Date | null
}

/** From when on something is wrong. Undefined: never, except for the share and the age. */
export interface AlarmLimits {
  /** In place of what the schedule says. */
  readonly maxAgeHours?: number | undefined
  readonly minBackupBytes?: number | undefined
  /** For one database in one store. */
  readonly maxTotalBytes?: number | undefined
  readonly maxDropPercent: number
}
