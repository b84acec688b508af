import type Database from 'better-sqlite3'
import { quoteIdentifier } from '../sql/quote.js'
import type { ComparedTable } from './compared-table.js'
import { compareInStep } from './compare-in-step.js'
import { allOf } from '../sql/all-of.js'
import { countRows } from '../sql/count-rows.js'
import { sameValue } from './same-value.js'

/** Compares a table of `main` with that of `second` by rowid or key; names up to `most` rows. */
export function compareRows(
  connection: Database.Database,
  table: ComparedTable,
  most: number,
): string[] {
  const [inFirst, inSecond] = ['main', 'second'].map((schema) =>
    countRows(connection, schema, table.name),
  )
  if (inFirst !== inSecond)
    return [`table "${table.name}" has ${inFirst} rows in the first, ${inSecond} in the second`]
  if (table.identity.length === 0) return compareInStep(connection, table, most)
  const found = compareByIdentity(connection, table, most)
  // A key finds no row that breaks what its columns promise; as stored, both may be equal all the same.
  const isKey = table.identity.every((name) => table.columns.includes(name))
  return found.length > 0 && isKey && compareInStep(connection, table, 1).length === 0 ? [] : found
}

/** With equal counts, every row of the first that finds its equal leaves none over in the second. */
function compareByIdentity(
  connection: Database.Database,
  { name, identity, columns }: ComparedTable,
  most: number,
): string[] {
  const table = quoteIdentifier(name)
  const parts = identity.map(quoteIdentifier)
  const joined = parts.map((part) => `y.${part} = x.${part}`).join(' AND ')
  const equal = allOf(columns.map(quoteIdentifier).map((c) => sameValue(`x.${c}`, `y.${c}`)))
  const rows = connection
    .prepare(
      `SELECT concat_ws(', ', ${parts.map((part) => `substr(x.${part}, 1, 100)`).join(', ')}),
         y.${parts[0]} IS NULL
       FROM main.${table} AS x NOT INDEXED LEFT JOIN second.${table} AS y ON ${joined}
       WHERE y.${parts[0]} IS NULL OR (${equal}) IS NOT 1 LIMIT ${most}`,
    )
    .raw()
    .all() as [string, number][] // as the statement says
  return rows.map(
    ([key, missing]) =>
      `table "${name}": the row ${key} ${missing === 1 ? 'is missing from the second' : 'differs'}`,
  )
}
