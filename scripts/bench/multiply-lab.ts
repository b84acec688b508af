import Database from 'better-sqlite3'

/** The tables that grow with a lab's years, and how their numbers move in each copy. */
const grown: readonly (readonly [
  table: string,
  moved: readonly string[],
  changed: Record<string, string>,
])[] = [
  [
    'calendarEditor_queueentry',
    ['id'],
    { uuid: 'lower(hex(randomblob(16)))', queue_position: 'NULL' },
  ],
  ['calendarEditor_archivedmeasurement', ['id', 'entry_id'], {}],
  ['calendarEditor_notification', ['id', 'entry_id'], {}],
]

/** Repeats the queue, the measurements and the notifications of the sample `times` over. */
export function multiplyLab(path: string, times: number): void {
  const database = new Database(path)
  database.pragma('journal_mode = OFF')
  database.pragma('synchronous = OFF')
  database.pragma('foreign_keys = OFF')
  for (const [table, moved, changed] of grown) {
    const columns = database
      .prepare('SELECT name FROM pragma_table_info(?)')
      .pluck()
      .all(table) as string[] // one column of names
    const cells = columns.map((column) => {
      if (moved.includes(column)) return `"${column}" + $step`
      return changed[column] ?? `"${column}"`
    })
    const copy = database.prepare(
      `INSERT INTO "${table}" (${columns.map((name) => `"${name}"`).join(', ')})
       SELECT ${cells.join(', ')} FROM "${table}" WHERE id <= 2000 ORDER BY id`,
    )
    database.transaction(() => {
      for (let time = 1; time < times; time += 1) copy.run({ step: BigInt(time * 2000) })
    })()
  }
  database.close()
}
