import { dayMs, periodsOf } from '../retention/calendar-periods.js'
import type { BackupRecord } from './catalog.js'
import { goodBackups, provedAt } from './good-backups.js'
import type { KnownBackups } from './known-backups.js'
import type { WeeklySummary } from './notifier.js'

/** What happened in the seven days before `now`, and what there is: by all records of each database. */
export function weeklySummary(databases: readonly KnownBackups[], now: Date): WeeklySummary {
  const from = new Date(now.getTime() - 7 * dayMs)
  const inWeek = ({ startedAt }: BackupRecord): boolean => new Date(startedAt) > from
  return {
    from: from.toISOString(),
    to: now.toISOString(),
    databases: databases.map(({ name, label, records }) => {
      const runs = records.filter(inWeek)
      const good = goodBackups(records, now)
      const [newest] = good
      return {
        name,
        label,
        succeeded: runs.filter(({ status }) => status === 'success').length,
        failed: runs.filter(({ status }) => status === 'failed').length,
        newest: newest
          ? {
              takenAt: newest.at.toISOString(),
              size: newest.manifest.archive.size,
              records: newest.manifest.records,
            }
          : null,
        verifiedAt: lastProof(good.map(({ held }) => held)),
      }
    }),
    totalBytes: databases
      .flatMap(({ tally }) => [...tally.bytes.values()])
      .reduce((sum, bytes) => sum + bytes, 0),
  }
}

/** Of all backups that are there the last time one was proved. */
export function lastProof(records: readonly BackupRecord[]): string | null {
  const instants = records.map(provedAt).filter((instant) => instant !== null)
  return instants.toSorted().at(-1) ?? null
}

/**
 * Whether a summary is due with a run that succeeded at `now`: the first of its ISO week, after one in an
 * earlier week. `lastAt` is the last summary, or where none was sent the last run before.
 */
export function isSummaryDue(lastAt: Date | null, now: Date, timeZone: string): boolean {
  if (lastAt === null) return false
  return periodsOf(lastAt, timeZone).weekly !== periodsOf(now, timeZone).weekly
}
