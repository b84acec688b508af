import { Gauge, Registry } from 'prom-client'
import type { BackupHealth, DatabaseHealth, NewestBackup } from '../core/backups/describe-health.js'

/** What one line of a series is about, and its value; null: nothing is known. */
interface Series<T> {
  readonly name: string
  readonly help: string
  readonly valueOf: (one: T, now: number) => number | null
}

/** Of the newest good backup of each format: a document and a page copy differ by their nature. */
const ofFormats: readonly Series<NewestBackup>[] = [
  {
    name: 'octavo_backup_last_success_timestamp_seconds',
    help: 'When the newest good backup was made.',
    valueOf: ({ at }) => seconds(at),
  },
  {
    name: 'octavo_backup_size_bytes',
    help: 'Size of the newest good backup, as it is stored.',
    valueOf: ({ size }) => size,
  },
  {
    name: 'octavo_backup_duration_seconds',
    help: 'How long the newest good run took.',
    valueOf: ({ durationMs }) => durationMs / 1000,
  },
  {
    name: 'octavo_backup_records',
    help: 'Records in the newest good backup.',
    valueOf: ({ records }) => records,
  },
  {
    name: 'octavo_backup_verified_age_seconds',
    help: 'How long ago the newest good backup was last restored from its store and compared.',
    valueOf: ({ verifiedAt }, now) =>
      verifiedAt === null ? null : Math.max(0, now - seconds(verifiedAt)),
  },
]

const ofDatabases: readonly Series<DatabaseHealth>[] = [
  {
    name: 'octavo_backup_age_seconds',
    help: 'Age of the newest good backup, or of what was archived later.',
    valueOf: ({ ageMs }) => (ageMs === null ? null : ageMs / 1000),
  },
  {
    name: 'octavo_archive_last_timestamp_seconds',
    help: 'When the archiver last reported an archive.',
    valueOf: ({ archivedAt }) => (archivedAt === null ? null : seconds(archivedAt)),
  },
]

/** In the text format of Prometheus. A registry for each answer: what is gone is not told any more. */
export async function backupMetrics(
  health: BackupHealth,
): Promise<{ readonly text: string; readonly contentType: string }> {
  const registry = new Registry()
  const { databases, findings, checkedAt } = health
  const now = seconds(checkedAt)
  for (const { name, help, valueOf } of ofFormats) {
    const gauge = gaugeIn(registry, name, help, ['database', 'format'])
    for (const { name: database, formats } of databases)
      for (const one of formats) set(gauge, { database, format: one.format }, valueOf(one, now))
  }
  for (const { name, help, valueOf } of ofDatabases) {
    const gauge = gaugeIn(registry, name, help, ['database'])
    for (const one of databases) set(gauge, { database: one.name }, valueOf(one, now))
  }
  addRuns(registry, databases)
  addFindings(registry, databases, findings)
  return { text: await registry.metrics(), contentType: registry.contentType }
}

function set(gauge: Gauge, labels: Record<string, string>, value: number | null): void {
  if (value !== null) gauge.set(labels, value)
}

function addRuns(registry: Registry, databases: readonly DatabaseHealth[]): void {
  const runs = gaugeIn(registry, 'octavo_backup_runs', 'Runs in the catalog, by their status.', [
    'database',
    'status',
  ])
  const last = gaugeIn(
    registry,
    'octavo_schedule_last_success_timestamp_seconds',
    'When a run of the schedule last went well.',
    ['database', 'schedule'],
  )
  for (const { name: database, runs: counts, schedules } of databases) {
    for (const [status, count] of Object.entries(counts)) runs.set({ database, status }, count)
    for (const { name: schedule, succeededAt } of schedules)
      last.set({ database, schedule }, seconds(succeededAt))
  }
}

function addFindings(
  registry: Registry,
  databases: readonly DatabaseHealth[],
  findings: BackupHealth['findings'],
): void {
  const found = gaugeIn(registry, 'octavo_backup_findings', 'What a check finds wrong now.', [
    'database',
  ])
  for (const { name } of databases)
    found.set({ database: name }, findings.filter(({ database }) => database === name).length)
}

function gaugeIn(registry: Registry, name: string, help: string, labels: string[]): Gauge {
  return new Gauge({ name, help, labelNames: labels, registers: [registry] })
}

function seconds(instant: string): number {
  return Date.parse(instant) / 1000
}
