import type Database from 'better-sqlite3'
import { quoteIdentifier } from '../sql/quote.js'
import type { ComparedTable } from './compared-table.js'

/**
 * Compares two tables row by row in the order in which they are stored, for those whose rows have
 * neither a rowid that can be named nor a key that finds them.
 */
export function compareInStep(
  connection: Database.Database,
  { name, columns }: ComparedTable,
  most: number,
): string[] {
  const values = columns
    .map(quoteIdentifier)
    .map(
      (column) =>
        `CASE typeof(${column}) WHEN 'text' THEN CAST(${column} AS BLOB) ELSE ${column} END, typeof(${column})`,
    )
  // A result has room for 2,000 columns, and each value needs two.
  const groups: string[][] = []
  for (let start = 0; start < values.length; start += 900)
    groups.push(values.slice(start, start + 900))
  const differences: string[] = []
  for (const group of groups) {
    const [first, second] = ['main', 'second'].map((schema) =>
      connection
        .prepare(`SELECT ${group.join(', ')} FROM ${schema}.${quoteIdentifier(name)} NOT INDEXED`)
        .safeIntegers()
        .raw()
        .iterate(),
    ) as [IterableIterator<unknown[]>, IterableIterator<unknown[]>] // raw rows are arrays
    differences.push(
      ...differingRows(first, second, most - differences.length).map(
        (row) => `table "${name}": row ${row} in storage order differs`,
      ),
    )
    if (differences.length >= most) break
  }
  return differences
}

function differingRows(
  first: IterableIterator<unknown[]>,
  second: IterableIterator<unknown[]>,
  most: number,
): number[] {
  const differing: number[] = []
  let number = 0
  for (const row of first) {
    number += 1
    const other = second.next().value as unknown[] | undefined
    if (other?.every((value, index) => isSame(value, row[index])) !== true) differing.push(number)
    if (differing.length >= most) break
  }
  second.return?.()
  return differing
}

function isSame(a: unknown, b: unknown): boolean {
  return Buffer.isBuffer(a) && Buffer.isBuffer(b) ? a.equals(b) : Object.is(a, b)
}
