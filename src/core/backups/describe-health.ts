import type { BackupRecord } from './catalog.js'
import { checkBackups } from './check-backups.js'
import { newestOf } from './check-archive.js'
import { goodBackups, provedAt, type GoodBackup } from './good-backups.js'
import type { AlarmLimits, KnownBackups } from './known-backups.js'
import type { Finding } from './notifier.js'
import type { RunTally } from './run-history.js'

/** How the backups of a database are. Instants are ISO 8601 in UTC; sizes are bytes. */
export interface DatabaseHealth {
  readonly name: string
  readonly label: string
  /** The newest good run. */
  readonly newest: NewestBackup | null
  /** The newest good run of each format that has one, newest first. */
  readonly formats: readonly NewestBackup[]
  readonly archivedAt: string | null
  /** Of the newest of both; null where there is neither. */
  readonly ageMs: number | null
  /** How many of its runs are in the catalog. */
  readonly runs: RunTally['runs']
  /** The last success of each schedule that made one. */
  readonly schedules: RunTally['schedules']
}

export interface NewestBackup {
  readonly id: string
  readonly format: BackupRecord['format']
  /** When nothing had changed, later than what is stored. */
  readonly at: string
  readonly size: number
  readonly records: number
  readonly durationMs: number
  readonly verifiedAt: string | null
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
  const { name, label, records, tally, archivedAt } = known
  const good = goodBackups(records, now)
  const formats = new Set(good.map(({ run }) => run.format))
  const ofEach = [...formats].flatMap(
    (format) => good.find(({ run }) => run.format === format) ?? [],
  )
  const newest = newestOf(known, good, now)
  return {
    name,
    label,
    newest: good[0] ? describeBackup(good[0]) : null,
    formats: ofEach.map(describeBackup),
    archivedAt: archivedAt?.toISOString() ?? null,
    ageMs: newest && Math.max(0, now.getTime() - newest.at.getTime()),
    runs: tally.runs,
    schedules: tally.schedules,
  }
}

function describeBackup({ run, at, held, manifest }: GoodBackup): NewestBackup {
  return {
    id: held.id,
    format: run.format,
    at: at.toISOString(),
    size: manifest.archive.size,
    records: manifest.records,
    durationMs: durationMs(run) ?? manifest.duration_ms,
    verifiedAt: provedAt(held),
  }
}

function durationMs({ startedAt, endedAt }: BackupRecord): number | null {
  return endedAt === null ? null : Math.max(0, Date.parse(endedAt) - Date.parse(startedAt))
}
