import { Gauge, Registry } from 'prom-client'
import type { BackupHealth, DatabaseHealth } from '../core/backups/describe-health.js'

type Value = (database: DatabaseHealth) => number | null

/** Name, what it says, and its value of each database; null: nothing is known. */
const ofDatabases: readonly (readonly [string, string, Value])[] = [
  [
    'octavo_backup_last_success_timestamp_seconds',
    'When the newest good backup was made.',
    ({ newest }) => newest && seconds(newest.at),
  ],
  [
    'octavo_backup_age_seconds',
    'Age of the newest good backup, or of what was archived later.',
    ({ ageMs }) => ageMs && ageMs / 1000,
  ],
  [
    'octavo_backup_size_bytes',
    'Size of the newest good backup, as it is stored.',
    ({ newest }) => newest && newest.size,
  ],
  [
    'octavo_backup_duration_seconds',
    'How long the newest good run took.',
    ({ newest }) => newest && newest.durationMs / 1000,
  ],
  [
    'octavo_backup_records',
    'Records in the newest good backup.',
    ({ newest }) => newest && newest.records,
  ],
  [
    'octavo_archive_last_timestamp_seconds',
    'When the archiver last reported an archive.',
    ({ archivedAt }) => (archivedAt === null ? null : seconds(archivedAt)),
  ],
]

/** In the text format of Prometheus. A registry for each answer: what is gone is not told any more. */
export async function backupMetrics(
  health: BackupHealth,
): Promise<{ readonly text: string; readonly contentType: string }> {
  const registry = new Registry()
  const { databases, findings, checkedAt } = health
  for (const [name, help, valueOf] of ofDatabases) {
    const gauge = gaugeIn(registry, name, help, ['database'])
    for (const database of databases) {
      const value = valueOf(database)
      if (value !== null) gauge.set({ database: database.name }, value)
    }
  }
  addVerified(registry, databases, seconds(checkedAt))
  addRuns(registry, databases)
  addFindings(registry, databases, findings)
  return { text: await registry.metrics(), contentType: registry.contentType }
}

function addVerified(registry: Registry, databases: readonly DatabaseHealth[], now: number): void {
  const age = gaugeIn(
    registry,
    'octavo_backup_verified_age_seconds',
    'How long ago the newest good backup was last restored from its store and compared.',
    ['database'],
  )
  for (const { name, newest } of databases)
    if (newest?.verifiedAt)
      age.set({ database: name }, Math.max(0, now - seconds(newest.verifiedAt)))
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
