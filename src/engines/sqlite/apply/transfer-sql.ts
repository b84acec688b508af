import { sameValue } from '../compare/same-value.js'
import { quoteIdentifier } from '../sql/quote.js'
import { allOf } from '../sql/all-of.js'
import type { Transfer } from './transfer-plan.js'

/** The prepared database is attached to the target's connection under this name. */
export const preparedSchema = 'prepared'

/** `x` is a row of the prepared table, `y` one of the target's. */
function tablesOf({ from, to }: Transfer): { x: string; y: string } {
  return {
    x: `${preparedSchema}.${quoteIdentifier(from)} AS x`,
    y: `main.${quoteIdentifier(to)} AS y`,
  }
}

function sameIdentity({ identity }: Transfer): string {
  return identity
    .map(({ from, to }) => `y.${quoteIdentifier(to)} = x.${quoteIdentifier(from)}`)
    .join(' AND ')
}

/**
 * True where a row of the target holds what the prepared one does. Where a column has another
 * affinity in the target, its value may have changed its class, but must still compare equal.
 */
function sameRow({ columns }: Transfer): string {
  const conditions = columns.map(({ from, to, alike }) => {
    const [x, y] = [`x.${quoteIdentifier(from)}`, `y.${quoteIdentifier(to)}`]
    return alike ? sameValue(x, y) : `(${x} COLLATE BINARY IS ${y})`
  })
  return `(${allOf(conditions)}) IS 1`
}

/** Rows of the prepared table that the target lacks, and those that it holds otherwise. */
export function countDifferencesSql(transfer: Transfer): string {
  const { x, y } = tablesOf(transfer)
  const isMissing = `y.${quoteIdentifier(transfer.identity[0]?.to ?? '')} IS NULL`
  return `SELECT coalesce(sum(${isMissing}), 0),
      coalesce(sum(NOT (${isMissing}) AND NOT (${sameRow(transfer)})), 0)
    FROM ${x} LEFT JOIN ${y} ON ${sameIdentity(transfer)}`
}

/** The same for rows that their key tells apart: a key with a null in it is never equal to another. */
export function countMismatchesSql(transfer: Transfer): string {
  const known = transfer.identity.map(({ from }) => `x.${quoteIdentifier(from)} IS NOT NULL`)
  return `${countDifferencesSql(transfer)} WHERE ${known.join(' AND ')}`
}

/** Rows of the target that the prepared table lacks. */
export function countRemovedSql(transfer: Transfer): string {
  const { x, y } = tablesOf(transfer)
  return `SELECT count(*) FROM ${y} WHERE NOT EXISTS (SELECT 1 FROM ${x} WHERE ${sameIdentity(transfer)})`
}

/** Every row of the prepared table, into a table that was emptied. */
export function insertAllSql(transfer: Transfer): string {
  const { columns, rowid } = transfer
  const pairs = rowid === null ? columns : [rowid, ...columns]
  return insertSql(transfer, pairs)
}

/** Adds rows and overwrites those with the same key. Other unique columns that clash end it. */
export function mergeSql(transfer: Transfer): string {
  const { columns, rowid, identity, byKey } = transfer
  const withRowid = !byKey && rowid !== null
  const insert = insertSql(transfer, withRowid ? [rowid, ...columns] : columns)
  if (identity.length === 0) return insert
  const set = columns.map(({ to }) => `${quoteIdentifier(to)} = excluded.${quoteIdentifier(to)}`)
  const key = identity.map(({ to }) => quoteIdentifier(to)).join(', ')
  return `${insert} WHERE 1 ON CONFLICT(${key}) DO UPDATE SET ${set.join(', ')}`
}

function insertSql(
  { from, to }: Transfer,
  pairs: readonly { readonly from: string; readonly to: string }[],
): string {
  return `INSERT OR ABORT INTO main.${quoteIdentifier(to)}
    (${pairs.map((pair) => quoteIdentifier(pair.to)).join(', ')})
    SELECT ${pairs.map((pair) => `x.${quoteIdentifier(pair.from)}`).join(', ')}
    FROM ${preparedSchema}.${quoteIdentifier(from)} AS x`
}
