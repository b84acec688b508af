import type Database from 'better-sqlite3'
import type { BackupStatus } from '../core/backups/catalog.js'
import { latestInstant } from '../core/backups/good-backups.js'
import { bySchedule, type RunTally } from '../core/backups/run-history.js'

/** Counted by SQLite out of its indexes; no run is read. */
export function readTally(
  connection: Database.Database,
  database: string,
  now: Date,
): Omit<RunTally, 'bytes'> {
  const counts = connection
    .prepare<[string], readonly [BackupStatus, number]>(
      `SELECT status, count(*) FROM runs INDEXED BY runs_by_database_and_format
       WHERE database = ? GROUP BY status`,
    )
    .raw()
  const lasts = connection
    .prepare<[string, string], readonly [string, string, string]>(
      `SELECT started_by, max(started_at), max(started_at || id) AS place
       FROM runs INDEXED BY runs_by_schedule
       WHERE database = ? AND status = 'success' AND started_by GLOB 'schedule *'
       AND started_at <= ? GROUP BY started_by ORDER BY place DESC`,
    )
    .raw()
  const latest = latestInstant(now).toISOString()
  return {
    runs: { 'in-progress': 0, success: 0, failed: 0, ...Object.fromEntries(counts.all(database)) },
    schedules: lasts.all(database, latest).map(([startedBy, succeededAt]) => {
      return { name: startedBy.slice(bySchedule.length), succeededAt }
    }),
  }
}

/** By the name of each store. It takes longest, and nothing else that is checked depends on it. */
export function readBytes(connection: Database.Database, database: string): RunTally['bytes'] {
  const bytes = connection
    .prepare<[string], readonly [string, number]>(
      `SELECT copy.value ->> 'store', sum(bytes)
       FROM runs INDEXED BY runs_kept, json_each(copies) AS copy
       WHERE database = ? AND bytes IS NOT NULL AND copies <> '[]' GROUP BY 1`,
    )
    .raw()
  return new Map(bytes.all(database))
}
