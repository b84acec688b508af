import type Database from 'better-sqlite3'
import type { BackupRecord, CatalogFilter, RecordChange } from '../core/backups/catalog.js'
import { asOctavoError, OctavoError } from '../core/errors.js'
import { changeRow, fromRow, instantOf, rowColumns, type RunRow, toRow } from './record-row.js'

export interface FoundRuns {
  readonly records: readonly BackupRecord[]
  readonly unreadable: readonly UnreadableRun[]
}

export interface UnreadableRun {
  readonly id: string
  readonly error: OctavoError
}

const insert = `INSERT INTO runs (id, database, label, status, started_at, rest)
  VALUES (@id, @database, @label, @status, @started_at, @rest) ON CONFLICT (id) DO NOTHING`
const replace = `UPDATE runs SET database = @database, label = @label, status = @status,
  started_at = @started_at, rest = @rest WHERE id = @id`

export function addRun(connection: Database.Database, record: BackupRecord): void {
  const { changes } = connection.prepare(insert).run(toRow(record))
  if (changes === 0)
    throw new OctavoError('usage', `the run ${record.id} is in the catalog already`)
}

export function beginRun(
  connection: Database.Database,
  record: BackupRecord,
  dead: readonly string[],
): string | null {
  const lookAndAdd = connection.transaction(() => {
    const running = connection
      .prepare<[string], Pick<RunRow, 'id'>>(
        "SELECT id FROM runs WHERE database = ? AND status = 'in-progress'",
      )
      .all(record.database)
      .find(({ id }) => !dead.includes(id))
    if (running === undefined) addRun(connection, record)
    return running?.id ?? null
  })
  return lookAndAdd.immediate()
}

export function updateRun(
  connection: Database.Database,
  id: string,
  change: RecordChange | ((now: BackupRecord) => RecordChange),
): void {
  // The lock for writing comes first: what is read is what is changed.
  const readAndChange = connection.transaction(() => {
    const row = rowOf(connection, id)
    if (row === undefined) throw unknownRun(id)
    connection
      .prepare(replace)
      .run(changeRow(row, typeof change === 'function' ? change(fromRow(row)) : change))
  })
  readAndChange.immediate()
}

export function getRun(connection: Database.Database, id: string): BackupRecord | null {
  const row = rowOf(connection, id)
  return row === undefined ? null : fromRow(row)
}

/** As many ids as tell a person which ones begin so. */
const shownIds = 5

export function findRun(connection: Database.Database, beginning: string): BackupRecord {
  if (beginning === '') throw new OctavoError('usage', 'no backup was named')
  const rows = connection
    .prepare<[string, string, number], RunRow>(
      `SELECT ${rowColumns} FROM runs WHERE substr(id, 1, length(?)) = ? ORDER BY id DESC LIMIT ?`,
    )
    .all(beginning, beginning, shownIds + 1)
  const [row, another] = rows
  if (row === undefined) throw unknownRun(beginning)
  if (another === undefined) return fromRow(row)
  const ids = rows.slice(0, shownIds).map(({ id }) => id)
  throw new OctavoError('usage', `more than one backup has an id that begins with "${beginning}"`, {
    hint: `Give more of it: ${ids.join(', ')}${rows.length > shownIds ? ', …' : ''}.`,
  })
}

export function listRuns(connection: Database.Database, filter: CatalogFilter): FoundRuns {
  const { limit = Infinity } = filter
  if (limit !== Infinity && (!Number.isInteger(limit) || limit < 1))
    throw new OctavoError('usage', `can not list ${limit} runs`)
  const records: BackupRecord[] = []
  const unreadable: UnreadableRun[] = []
  // Row by row, as the limit counts what can be read: a page that is short is the last one.
  const { sql, values } = listStatement(filter)
  const rows = connection.prepare<unknown[], RunRow>(sql).iterate(...values)
  for (const record of readableRuns(rows, unreadable)) {
    records.push(record)
    if (records.length === limit) break
  }
  if (filter.format !== undefined) {
    // What can not be read at all has no format, and is told of with those of each.
    for (const row of connection.prepare<[], RunRow>(ofNoFormat).all()) recordIn(row, unreadable)
  }
  return { records, unreadable }
}

/** Those that can be read, as they are asked for; the others are added to `unreadable`. */
export function* readableRuns(
  rows: Iterable<RunRow>,
  unreadable: UnreadableRun[],
): Generator<BackupRecord> {
  for (const row of rows) {
    const record = recordIn(row, unreadable)
    if (record !== null) yield record
  }
}

function recordIn(row: RunRow, unreadable: UnreadableRun[]): BackupRecord | null {
  try {
    return fromRow(row)
  } catch (error) {
    unreadable.push({ id: row.id, error: asOctavoError(error) })
    return null
  }
}

/** Not narrowed further: without statistics SQLite might take the index of another column. */
const ofNoFormat = `SELECT ${rowColumns} FROM runs INDEXED BY runs_by_format WHERE format IS NULL`

/** What an index answers, in order: nothing is sorted, and nothing read behind the limit. */
export function listStatement({ database, label, format, status, before }: CatalogFilter): {
  sql: string
  values: string[]
} {
  const conditions: [string, string[]][] = []
  if (database !== undefined) conditions.push(['database = ?', [database]])
  if (status !== undefined) conditions.push(['status = ?', [status]])
  if (label !== undefined) conditions.push(['label = ?', [label]])
  if (format !== undefined) conditions.push(['format = ?', [format]])
  if (before !== undefined)
    conditions.push(['(started_at, id) < (?, ?)', [instantOf(before.startedAt), before.id]])
  const where = conditions.map(([condition]) => condition).join(' AND ')
  return {
    sql: `SELECT ${rowColumns} FROM runs ${where && `WHERE ${where}`} ORDER BY started_at DESC, id DESC`,
    values: conditions.flatMap(([, values]) => values),
  }
}

export function removeRun(connection: Database.Database, id: string): void {
  connection.prepare('DELETE FROM runs WHERE id = ?').run(id)
}

function rowOf(connection: Database.Database, id: string): RunRow | undefined {
  return connection.prepare<[string], RunRow>(`SELECT ${rowColumns} FROM runs WHERE id = ?`).get(id)
}

function unknownRun(id: string): OctavoError {
  return new OctavoError('not-found', `there is no backup ${id} in the catalog`, {
    hint: 'Look for it in the backup history.',
  })
}
