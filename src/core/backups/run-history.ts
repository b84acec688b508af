import type { BackupRecord, BackupStatus } from './catalog.js'
import { hasCome } from './good-backups.js'

/** What the checks need of the runs of one database. */
export interface RunHistory {
  readonly database: string
  /** Of the newest run. */
  readonly label: string
  /**
   * Newest first: of each format at least the last run that ended, the newest good run with what it found
   * again, and the two newest that stored something.
   */
  readonly records: readonly BackupRecord[]
  readonly tally: RunTally
}

/** Of all runs of a database, also of those that nobody looks at any more. */
export interface RunTally {
  readonly runs: Readonly<Record<BackupStatus, number>>
  /** What the archives take, by the name of the store. */
  readonly bytes: ReadonlyMap<string, number>
  /** The last success of each schedule that made one, newest first; instants are ISO 8601. */
  readonly schedules: readonly { readonly name: string; readonly succeededAt: string }[]
}

/** Of each database all that a whole list says, `records` newest first; who ran last is first. */
export function historiesOf(records: readonly BackupRecord[], now: Date): RunHistory[] {
  const names = [...new Set(records.map(({ database }) => database))]
  return names.map((name) => {
    const own = records.filter(({ database }) => database === name)
    return { database: name, label: own[0]?.label ?? '', records: own, tally: tallyRuns(own, now) }
  })
}

export function tallyRuns(records: readonly BackupRecord[], now: Date): RunTally {
  const runs = { 'in-progress': 0, success: 0, failed: 0 }
  for (const { status } of records) runs[status] += 1
  return { runs, bytes: bytesByStore(records), schedules: lastOfSchedules(records, now) }
}

function bytesByStore(records: readonly BackupRecord[]): Map<string, number> {
  const bytes = new Map<string, number>()
  for (const { manifest, copies } of records)
    for (const { store } of copies)
      bytes.set(store, (bytes.get(store) ?? 0) + (manifest?.archive.size ?? 0))
  return bytes
}

/** What `startedBy` begins with, where a schedule started the run. */
export const bySchedule = 'schedule '

function lastOfSchedules(records: readonly BackupRecord[], now: Date): RunTally['schedules'] {
  const last = new Map<string, string>()
  for (const { status, startedBy, startedAt } of records) {
    if (status !== 'success' || !startedBy.startsWith(bySchedule)) continue
    const name = startedBy.slice(bySchedule.length)
    if (!last.has(name) && hasCome(new Date(startedAt), now)) last.set(name, startedAt)
  }
  return [...last].map(([name, succeededAt]) => ({ name, succeededAt }))
}
