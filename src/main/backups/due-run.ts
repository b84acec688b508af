import type { ConfiguredSchedule } from '../../config/configured-schedules.js'
import type { BackupRecord } from '../../core/backups/catalog.js'
import type { ScheduledRun } from '../../jobs/backup/claim-run.js'

/** A run that dies is tried again so often, lest one that ends the process is started for ever. */
const mostAttempts = 2

/** What runs of a schedule say of who started them. */
export function startedBySchedule(name: string): string {
  return `schedule ${name}`
}

export interface Asked {
  readonly now: Date
  /** The time that is due, where whoever asks knows it. */
  readonly due: Date | null
  /** Only what should have run already, and did not. */
  readonly missed: boolean
}

/**
 * What of a schedule is to be run; null where nothing is. A new catalog has missed nothing; a run that
 * died with its process is made good once.
 */
export function dueRun(
  { name, times }: Pick<ConfiguredSchedule, 'name' | 'times'>,
  records: readonly BackupRecord[],
  { now, due: given, missed }: Asked,
): ScheduledRun | null {
  const due = given ?? times.last(now)
  if (due === null) return null
  const own = records.filter(({ startedBy }) => startedBy === startedBySchedule(name))
  const since = own.filter(({ startedAt }) => Date.parse(startedAt) >= due.getTime())
  const died = since.filter(({ status, error }) => status === 'failed' && error?.code === 'aborted')
  const attempt = died.length + 1
  if (missed && own.length === 0) return null
  if (missed && (since.length > died.length || attempt > mostAttempts)) return null
  return { schedule: name, due, attempt }
}
