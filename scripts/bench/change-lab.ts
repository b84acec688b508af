import Database from 'better-sqlite3'

/** Where a week's changes are: among the newest tenth of the rows of each table, or all over. */
export const changePatterns = ['newest', 'anywhere'] as const
export type ChangePattern = (typeof changePatterns)[number]

const changedShare = 0.015
const addedShare = 0.003

/** The tables that grow with a lab's years, and what changes in a row of them. */
const tables = [
  ['calendarEditor_queueentry', "uuid = lower(hex(randomblob(16)))", 'uuid'],
  ['calendarEditor_archivedmeasurement', "notes = coalesce(notes, '') || 'checked ' || $week", ''],
  ['calendarEditor_notification', "message = message || ' (' || $week || ')'", ''],
] as const // prettier-ignore

/** A week of work on the lab's database: 1.5 % of the rows changed, and 0.3 % added at the end. */
export function changeLab(path: string, week: number, pattern: ChangePattern): void {
  const database = new Database(path)
  database.pragma('journal_mode = OFF')
  database.pragma('synchronous = OFF')
  database.pragma('foreign_keys = OFF')
  database.transaction(() => {
    for (const [table, change, unique] of tables) {
      const [rows, last] = database
        .prepare(`SELECT count(*), max(id) FROM "${table}"`)
        .raw()
        .get() as [number, number] // an aggregate gives one row
      const update = database.prepare(
        `UPDATE "${table}" SET ${change} WHERE id IN
           (SELECT id FROM "${table}" WHERE id >= $from ORDER BY random() LIMIT $count)`,
      )
      const given = change.includes('$week') ? { week: BigInt(week) } : {}
      const from = pattern === 'newest' ? last * 0.9 : 0
      update.run({ ...given, from, count: whole(rows * changedShare) })
      addRows(database, { table, unique, last, count: whole(rows * addedShare) })
    }
  })()
  database.close()
}

function whole(count: number): bigint {
  return BigInt(Math.round(count))
}

interface Addition {
  readonly table: string
  /** A column that must differ in every row. */
  readonly unique: string
  readonly last: number
  readonly count: bigint
}

function addRows(database: Database.Database, { table, unique, last, count }: Addition): void {
  const columns = database
    .prepare('SELECT name FROM pragma_table_info(?)')
    .pluck()
    .all(table) as string[] // one column of names
  const cells = columns.map((column) => {
    if (column === 'id') return '$last + row_number() OVER ()'
    if (column === 'entry_id')
      return `(SELECT max(entry_id) FROM "${table}") + row_number() OVER ()`
    if (column === unique) return 'lower(hex(randomblob(16)))'
    return column === 'queue_position' ? 'NULL' : `"${column}"`
  })
  database
    .prepare(
      `INSERT INTO "${table}" (${columns.map((name) => `"${name}"`).join(', ')})
       SELECT ${cells.join(', ')} FROM "${table}" ORDER BY random() LIMIT $count`,
    )
    .run({ last: BigInt(last), count })
}
