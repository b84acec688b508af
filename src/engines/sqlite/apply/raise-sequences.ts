import type Database from 'better-sqlite3'
import { preparedSchema } from './transfer-sql.js'
import type { Transfer } from './transfer-plan.js'

/** Numbers that the backup had given away are not given again, though their rows may be gone. */
export function raiseSequences(
  connection: Database.Database,
  transfers: readonly Transfer[],
): void {
  const exists = ['main', preparedSchema].every(
    (schema) =>
      connection
        .prepare(`SELECT 1 FROM ${schema}.sqlite_schema WHERE name = 'sqlite_sequence'`)
        .get() !== undefined,
  )
  if (!exists) return
  const highest = `(SELECT max(seq) FROM ${preparedSchema}.sqlite_sequence
    WHERE name = $from AND typeof(seq) = 'integer')`
  const raise = connection.prepare(
    `UPDATE main.sqlite_sequence SET seq = ${highest} WHERE name = $to AND seq < ${highest}`,
  )
  const add = connection.prepare(
    `INSERT INTO main.sqlite_sequence(name, seq) SELECT $to, ${highest}
     WHERE ${highest} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM main.sqlite_sequence WHERE name = $to)`,
  )
  for (const { from, to } of transfers) {
    raise.run({ from, to })
    add.run({ from, to })
  }
}
