import type { BackupRecord, BackupStatus } from './catalog.js'
import { checkBackups } from './check-backups.js'
import { newestOf } from './check-archive.js'
import { goodBackups, hasCome, provedAt } from './good-backups.js'
import type { AlarmLimits, KnownBackups } from './known-backups.js'
import type { Finding } from './notifier.js'

/** How the backups of a database are. Instants are ISO 8601 in UTC; sizes are bytes. */
export interface DatabaseHealth {
  readonly name: string
  readonly label: string
  /** The newest good run. */
  readonly newest: {
    readonly id: string
    /** When nothing had changed, later than what is stored. */
    readonly at: string
    readonly size: number
    readonly records: number
    readonly durationMs: number
    readonly verifiedAt: string | null
  } | null
  readonly archivedAt: string | null
  /** Of the newest of both; null where there is neither. */
  readonly ageMs: number | null
  /** How many of its runs are in the catalog. */
  readonly runs: Readonly<Record<BackupStatus, number>>
  /** The last success of each schedule that made one. */
  readonly schedules: readonly { readonly name: string; readonly succeededAt: string }[]
}

export interface BackupHealth {
  readonly checkedAt: string
  readonly databases: readonly DatabaseHealth[]
  /** Nothing is wrong where it is empty. */
  readonly findings: readonly Finding[]
}

export function describeHealth(
  databases: readonly KnownBackups[],
  limits: AlarmLimits,
  now: Date,
): BackupHealth {
  return {
    checkedAt: now.toISOString(),
    databases: databases.map((known) => describeDatabase(known, now)),
    findings: checkBackups(databases, limits, now),
  }
}

function describeDatabase(known: KnownBackups, now: Date): DatabaseHealth {
  const { name, label, records, archivedAt } = known
  const good = goodBackups(records, now)
  const [found] = good
  const newest = newestOf(known, good, now)
  return {
    name,
    label,
    newest: found
      ? {
          id: found.held.id,
          at: found.at.toISOString(),
          size: found.manifest.archive.size,
          records: found.manifest.records,
          durationMs: durationMs(found.run) ?? found.manifest.duration_ms,
          verifiedAt: provedAt(found.held),
        }
      : null,
    archivedAt: archivedAt?.toISOString() ?? null,
    ageMs: newest && Math.max(0, now.getTime() - newest.at.getTime()),
    runs: runsByStatus(records),
    schedules: lastOfSchedules(records, now),
  }
}

function durationMs({ startedAt, endedAt }: BackupRecord): number | null {
  return endedAt === null ? null : Math.max(0, Date.parse(endedAt) - Date.parse(startedAt))
}

function runsByStatus(records: readonly BackupRecord[]): Record<BackupStatus, number> {
  const count = (wanted: BackupStatus): number =>
    records.filter(({ status }) => status === wanted).length
  return {
    'in-progress': count('in-progress'),
    success: count('success'),
    failed: count('failed'),
  }
}

const bySchedule = 'schedule '

function lastOfSchedules(
  records: readonly BackupRecord[],
  now: Date,
): { readonly name: string; readonly succeededAt: string }[] {
  const last = new Map<string, string>()
  for (const { status, startedBy, startedAt } of records) {
    if (status !== 'success' || !startedBy.startsWith(bySchedule)) continue
    const name = startedBy.slice(bySchedule.length)
    if (!last.has(name) && hasCome(new Date(startedAt), now)) last.set(name, startedAt)
  }
  return [...last].map(([name, succeededAt]) => ({ name, succeededAt }))
}
