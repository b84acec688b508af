import { quoteIdentifier } from '../sql/quote.js'
import type { Column } from '../schema/table-columns.js'

/**
 * How carefully a record line is made. `fast` leaves the values to SQLite's JSON functions and needs
 * a guard; `careful` looks at the class of every value; `exact` looks at the bytes of texts as well.
 */
export type Grade = 'fast' | 'careful' | 'exact'

const largestSafe = '9007199254740991'
const largestReal = '1.7976931348623157e308'

/** A column to compare with: its own affinity would change values, its collation may be missing. */
function bare(c: string): string {
  return `+${c} COLLATE BINARY`
}

/** The value as an argument of a JSON function, right for what `oddValue` lets through. */
export function plainValue(column: Column): string {
  const c = quoteIdentifier(column.name)
  return column.bool
    ? `CASE ${bare(c)} WHEN 1 THEN json('true') WHEN 0 THEN json('false') ELSE ${c} END`
    : c
}

/** The value as JSON text. Never null. */
export function jsonValue(column: Column, grade: Grade): string {
  if (grade === 'fast' && !column.declaredBlob) return `json_quote(${plainValue(column)})`
  const c = quoteIdentifier(column.name)
  const number = column.bool
    ? `CASE ${bare(c)} WHEN 1 THEN 'true' WHEN 0 THEN 'false' ELSE ${integerJson(c)} END`
    : integerJson(c)
  return `CASE typeof(${c})
    WHEN 'text' THEN ${grade === 'exact' ? exactTextJson(c) : `json_quote(${c})`}
    WHEN 'integer' THEN ${number}
    WHEN 'real' THEN ${realJson(c)}
    WHEN 'blob' THEN concat('{"$binary":{"base64":"',octavo_base64(${c}),'","subType":"00"}}')
    ELSE 'null' END`
}

export function integerJson(c: string): string {
  return `CASE WHEN ${bare(c)} BETWEEN -${largestSafe} AND ${largestSafe} THEN json_quote(${c})
    ELSE concat('{"$numberLong":"',${c},'"}') END`
}

function realJson(c: string): string {
  return `CASE WHEN ${bare(c)} > ${largestReal} THEN '{"$numberDouble":"Infinity"}'
    WHEN ${bare(c)} < -${largestReal} THEN '{"$numberDouble":"-Infinity"}'
    WHEN ${isNegativeZero(c)} THEN '-0.0' ELSE json_quote(${c}) END`
}

function exactTextJson(c: string): string {
  const bytes = `CAST(${c} AS BLOB)`
  return `CASE octavo_is_text(${bytes}) WHEN 1 THEN json_quote(${c})
    ELSE concat('{"$text":{"base64":"',octavo_base64(${bytes}),'"}}') END`
}

/** No function of SQLite shows the sign of a zero, but for the angle that it makes. */
function isNegativeZero(c: string): string {
  return `(${bare(c)} = 0 AND atan2(${c}, -1) < 0)`
}

/**
 * A condition that holds wherever `plainValue` would be wrong: for BLOBs, which JSON functions take
 * for JSONB, large integers, infinities and negative zero; and for texts of more than `:longest`
 * bytes. Evaluated for every row, it reads a number only once. An empty BLOB, which sorts with the
 * texts here, makes the JSON functions fail.
 */
export function oddValue(column: Column): string {
  const c = quoteIdentifier(column.name)
  if (column.declaredBlob) return longValue(column)
  const noText = `${bare(c)} NOT BETWEEN '' AND x''`
  if (column.affinity === 'text') return `${noText} OR ${longValue(column)}`
  const largest = column.affinity === 'real' ? largestReal : largestSafe
  const odd = `(${bare(c)} NOT BETWEEN -${largest} AND ${largest} AND (${noText} OR ${longValue(column)}))`
  // Other affinities make an integer of a zero.
  return column.affinity === 'blob' ? `${odd} OR ${isNegativeZero(c)}` : odd
}

/** Holds where a text or BLOB has more than `:longest` bytes. */
export function longValue(column: Column): string {
  return `octet_length(${quoteIdentifier(column.name)}) > :longest`
}

export function oddInteger(c: string): string {
  return `+${c} NOT BETWEEN -${largestSafe} AND ${largestSafe}`
}

/** `concat` of any number of parts, each an SQL expression that is not null. */
export function concatAll(parts: readonly string[]): string {
  // SQLite allows a thousand arguments.
  if (parts.length <= 900) return `concat(${parts.join(',')})`
  const groups: string[] = []
  for (let at = 0; at < parts.length; at += 900)
    groups.push(`concat(${parts.slice(at, at + 900).join(',')})`)
  return concatAll(groups)
}

/** `OR` of any number of conditions, as a tree: SQLite allows a depth of a thousand. */
export function anyOf(conditions: readonly string[]): string {
  if (conditions.length <= 100) return `(${conditions.join(' OR ') || 'false'})`
  const middle = Math.ceil(conditions.length / 2)
  return `(${anyOf(conditions.slice(0, middle))} OR ${anyOf(conditions.slice(middle))})`
}
