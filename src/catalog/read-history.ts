import type Database from 'better-sqlite3'
import { exportFormats } from '../core/export-formats.js'
import type { BackupRecord } from '../core/backups/catalog.js'
import { goodBackups, latestInstant } from '../core/backups/good-backups.js'
import type { RunHistory } from '../core/backups/run-history.js'
import { readTally } from './read-tally.js'
import { rowColumns, type RunRow } from './record-row.js'
import { readableRuns, type UnreadableRun } from './runs.js'

/** The databases that have runs; who ran last is first. */
export function databasesOf(connection: Database.Database): string[] {
  return connection
    .prepare<[], string>(
      'SELECT database FROM runs GROUP BY database ORDER BY max(started_at || id) DESC',
    )
    .pluck()
    .all()
}

type HistoryWithoutBytes = Omit<RunHistory, 'tally'> & {
  readonly tally: Omit<RunHistory['tally'], 'bytes'>
}

export interface FoundHistory {
  readonly history: HistoryWithoutBytes
  readonly unreadable: readonly UnreadableRun[]
}

/** All of one instant. SQL finds what the checks might look at; what is good `core` decides. */
export function readHistory(
  connection: Database.Database,
  database: string,
  now: Date,
): FoundHistory {
  const unreadable: UnreadableRun[] = []
  const wish: Wish = { connection, database, now, unreadable }
  const history = connection.transaction((): HistoryWithoutBytes => {
    const found = exportFormats.flatMap((format) => newestOf(wish, format))
    const byId = new Map(found.map((record) => [record.id, record]))
    const records = [...byId.values()].toSorted((a, b) => (placeOf(a) < placeOf(b) ? 1 : -1))
    const tally = readTally(connection, database, now)
    return { database, label: labelOf(wish), records, tally }
  })
  return { history: history.deferred(), unreadable }
}

interface Wish {
  readonly connection: Database.Database
  readonly database: string
  readonly now: Date
  readonly unreadable: UnreadableRun[]
}

function placeOf({ startedAt, id }: BackupRecord): string {
  return startedAt + id
}

/** Those of one format. An index has each in order, and nothing is read behind what is looked for. */
function newestOf(wish: Wish, format: BackupRecord['format']): BackupRecord[] {
  const [ended] = candidates(wish, format, {
    index: 'runs_by_database_and_format',
    where: "status <> 'in-progress'",
  })
  const stored = taken(
    candidates(wish, format, {
      index: 'runs_kept',
      where: `bytes IS NOT NULL AND copies <> '[]' AND unchanged_from IS NULL AND ${endedWell}`,
    }),
    2,
    (run) => isGood([run], wish.now),
  )
  const again = foundAgain(wish, format, stored[0])
  return [...(ended ? [ended] : []), ...stored, ...again]
}

/** A failed run may be good where a store gave back what it keeps: that is proved, more or less. */
const endedWell = `(status = 'success' OR status = 'failed' AND EXISTS (
  SELECT 1 FROM json_each(copies) WHERE value ->> '$.verification.verdict' <> 'bytes'))`

/** The newest good run that found another one's content again, and that one; not if it is older. */
function foundAgain(
  wish: Wish,
  format: BackupRecord['format'],
  stored: BackupRecord | undefined,
): BackupRecord[] {
  const runs = candidates(wish, format, {
    index: 'runs_unchanged',
    where: `unchanged_from IS NOT NULL AND ${endedWell} AND EXISTS (
      SELECT 1 FROM runs AS held WHERE held.id = runs.unchanged_from
      AND held.database = runs.database AND held.bytes IS NOT NULL AND held.copies <> '[]')`,
    after: stored,
  })
  for (const run of runs) {
    const [held] = recordsOf(wish, 'WHERE id = ?', [run.unchangedFrom ?? ''])
    if (held && isGood([run, held], wish.now)) return [run, held]
  }
  return []
}

function isGood([run, ...others]: readonly BackupRecord[], now: Date): boolean {
  return run !== undefined && goodBackups([run, ...others], now).some((good) => good.run === run)
}

interface Narrowing {
  readonly index: string
  readonly where: string
  /** Only runs that began later. */
  readonly after?: BackupRecord | undefined
}

function candidates(
  wish: Wish,
  format: BackupRecord['format'],
  { index, where, after }: Narrowing,
): Iterable<BackupRecord> {
  const latest = latestInstant(wish.now).toISOString()
  return recordsOf(
    wish,
    `INDEXED BY ${index} WHERE database = ? AND format = ? AND started_at <= ?
     AND (started_at, id) > (?, ?) AND ${where} ORDER BY started_at DESC, id DESC`,
    [wish.database, format, latest, after?.startedAt ?? '', after?.id ?? ''],
  )
}

function recordsOf(
  { connection, unreadable }: Wish,
  clause: string,
  values: readonly string[],
): Iterable<BackupRecord> {
  const statement = connection.prepare<string[], RunRow>(`SELECT ${rowColumns} FROM runs ${clause}`)
  return readableRuns(statement.iterate(...values), unreadable)
}

function taken<T>(from: Iterable<T>, most: number, isWanted: (one: T) => boolean): T[] {
  const found: T[] = []
  for (const one of from) {
    if (isWanted(one)) found.push(one)
    if (found.length === most) break
  }
  return found
}

function labelOf({ connection, database }: Wish): string {
  const newest = connection
    .prepare<[string], string>(
      'SELECT label FROM runs WHERE database = ? ORDER BY started_at DESC, id DESC LIMIT 1',
    )
    .pluck()
  return newest.get(database) ?? ''
}
