import { fromSql, lineSql } from '../records/record-sql.js'
import { quoteName, quoteQualified } from '../sql/quote.js'
import type { Transfer } from './plan-transfer.js'

/** A line of all that the document fills, as bytes: texts of several collations do not compare. */
function comparedLine({ model, to, columns }: Transfer): string {
  return `convert_to(${lineSql({ model, stored: { ...to, columns, key: [] } })}, 'UTF8')`
}

function keysOf({ identity }: Transfer): string[] {
  return identity.map(({ name }, index) => `t.${quoteName(name)} AS k${index}`)
}

/** Of the document: its key as k0, k1…, its values as c0, c1…, and the compared line. */
export function newRows(transfer: Transfer): string {
  const values = transfer.columns.map(({ name }, index) => `t.${quoteName(name)} AS c${index}`)
  const list = [...keysOf(transfer), ...values, `${comparedLine(transfer)} AS line`]
  return `(SELECT ${list.join(', ')} FROM ${transfer.staging} t)`
}

/** Of the target: its key, the columns that the document lacks as o0, o1…, and the compared line. */
export function oldRows(transfer: Transfer): string {
  const others = transfer.others.map((name, index) => `t.${quoteName(name)} AS o${index}`)
  const list = [...keysOf(transfer), ...others, `${comparedLine(transfer)} AS line`]
  return `(SELECT ${list.join(', ')} FROM ${fromSql(transfer.to)})`
}

/** `x.k0 = y.k0 AND …` with the operators of the key. */
export function sameKey({ identity }: Transfer): string {
  return identity.map(({ operator }, index) => `x.k${index} ${operator} y.k${index}`).join(' AND ')
}

/** The document's columns, quoted, and some of the others behind them. */
export function insertSql(
  { to, columns }: Transfer,
  others: readonly string[],
  select: string,
): string {
  const names = [...columns.map(({ name }) => name), ...others].map(quoteName)
  const list = names.length > 0 ? ` (${names.join(', ')})` : ''
  return `INSERT INTO ${quoteQualified(to.schema, to.table)}${list} OVERRIDING SYSTEM VALUE ${select}`
}

/** `x.c0, x.c1, …` */
export function valuesOf({ columns }: Transfer): string[] {
  return columns.map((_, index) => `x.c${index}`)
}
