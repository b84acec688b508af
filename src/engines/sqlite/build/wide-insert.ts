import type Database from 'better-sqlite3'
import { quoteIdentifier } from '../sql/quote.js'
import { boundText, insertStatement, taggedPart } from './load-statements.js'
import type { TableShape } from './table-shape.js'

/**
 * Loads records of a table that fills all 2,000 columns of a result, which leaves none for the rowid:
 * each row is inserted under a number that SQLite chooses and then renumbered.
 */
export function wideInsert(
  connection: Database.Database,
  records: {
    readonly shape: TableShape
    readonly encoding: string
    readonly bound: Buffer | string
  },
): number {
  const { shape, encoding, bound } = records
  const table = quoteIdentifier(shape.table)
  const rowid = quoteIdentifier(shape.rowid ?? 'rowid')
  const json = boundText(encoding)
  const insert = connection.prepare(
    insertStatement({ ...shape, rowid: null }, 'UTF-16le', 'anywhere'),
  )
  const renumber = connection
    .prepare(`UPDATE main.${table} SET ${rowid} = ? WHERE ${rowid} = ?`)
    .safeIntegers()
  const rows = connection
    .prepare(
      `SELECT ${taggedPart('value', '$.rowid')}, '[' || json(value) || ']' FROM jsonb_each(${json})`,
    )
    .safeIntegers()
    .raw()
    .all(bound)
  // The statement above gives a rowid and a text in each row.
  for (const [wanted, record] of rows as [bigint, string][]) {
    const { lastInsertRowid } = insert.safeIntegers().run(record)
    renumber.run(wanted, lastInsertRowid)
  }
  return rows.length
}
