import type Database from 'better-sqlite3'
import type { BackupRecord } from '../core/backups/catalog.js'
import type { RunFilter, RunOrder, RunPage, RunPageWish } from '../core/backups/run-page.js'
import { isMade, type MadeBackup } from '../core/backups/size-trend.js'
import { OctavoError } from '../core/errors.js'
import { rowColumns, type RunRow } from './record-row.js'
import { readableRuns, type UnreadableRun } from './runs.js'

const columns: Readonly<Record<RunOrder, string>> = {
  started: 'started_at',
  size: 'bytes',
  duration: 'duration_ms',
  records: 'records',
  database: 'database',
  status: 'status',
  verified: 'verified_at',
}

const conditions: Readonly<Record<keyof RunFilter, string>> = {
  database: 'database = ?',
  label: 'label = ?',
  status: 'status = ?',
  format: 'format = ?',
  store: 'instr(stores, char(10) || ? || char(10))',
  text: "instr(lower(id || char(10) || coalesce(started_by, '')), lower(?))",
  fromDay: 'started_at >= ?',
  // A day's instants begin with it and go on with a T.
  toDay: "started_at < ? || 'U'",
}

export interface FoundPage {
  readonly page: RunPage
  readonly unreadable: readonly UnreadableRun[]
}

/** All of one instant. No run is read but those of the page. */
export function readPage(connection: Database.Database, wish: RunPageWish): FoundPage {
  if (!isCount(wish.limit, 1) || !isCount(wish.offset, 0))
    throw new OctavoError('usage', `can not list ${wish.limit} runs behind ${wish.offset}`)
  const { where, values } = narrowing(wish.filter)
  const unreadable: UnreadableRun[] = []
  const read = connection.transaction((): Omit<RunPage, 'unreadable'> => {
    const total = connection.prepare(`SELECT count(*) FROM shown_runs ${where}`).pluck()
    const ids = connection.prepare<unknown[], string>(pageStatement(wish)).pluck()
    const found = ids.all(...values, wish.limit, wish.offset)
    return { total: Number(total.get(...values)), records: runsOf(connection, found, unreadable) }
  })
  const page = read.deferred()
  return { page: { ...page, unreadable: unreadable.map(({ id }) => id) }, unreadable }
}

export function pageStatement({ filter, order, descending }: RunPageWish): string {
  const column = columns[order]
  const way = descending ? 'DESC' : 'ASC'
  // By its start the table has them in order, and nothing behind the page is looked at.
  const ties = order === 'started' ? `id ${way}` : 'started_at DESC, id DESC'
  return `SELECT id FROM shown_runs ${narrowing(filter).where}
    ORDER BY ${column} ${way}, ${ties} LIMIT ? OFFSET ?`
}

function narrowing(filter: RunFilter): { where: string; values: string[] } {
  const given = Object.entries(filter).flatMap(([name, value]) =>
    // The keys of an object are strings to TypeScript.
    value ? [[conditions[name as keyof RunFilter], value] as const] : [],
  )
  const where = given.map(([condition]) => condition).join(' AND ')
  return { where: where && `WHERE ${where}`, values: given.map(([, value]) => value) }
}

function runsOf(
  connection: Database.Database,
  ids: readonly string[],
  unreadable: UnreadableRun[],
): BackupRecord[] {
  const one = connection.prepare<[string], RunRow>(`SELECT ${rowColumns} FROM runs WHERE id = ?`)
  return [
    ...readableRuns(
      ids.flatMap((id) => one.get(id) ?? []),
      unreadable,
    ),
  ]
}

/** Null where there is none that can be read. */
export function readBefore(
  connection: Database.Database,
  record: BackupRecord,
): { before: MadeBackup | null; unreadable: readonly UnreadableRun[] } {
  const { database, label, format, startedAt, id } = record
  const unreadable: UnreadableRun[] = []
  const ids = connection
    .prepare<string[], string>(
      `SELECT id FROM shown_runs WHERE (started_at, id) < (?, ?) AND database = ? AND label = ?
       AND format = ? AND status = 'success' AND bytes IS NOT NULL
       ORDER BY started_at DESC, id DESC`,
    )
    .pluck()
  for (const found of ids.all(startedAt, id, database, label, format)) {
    const [before] = runsOf(connection, [found], unreadable)
    if (before && isMade(before)) return { before, unreadable }
  }
  return { before: null, unreadable }
}

function isCount(number: number, least: number): boolean {
  return Number.isSafeInteger(number) && number >= least
}
