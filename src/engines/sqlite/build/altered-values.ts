import type Database from 'better-sqlite3'
import { allOf } from '../sql/all-of.js'
import { jsonPath, quoteString } from '../sql/quote.js'
import type { Affinity } from '../schema/table-columns.js'
import { boundText } from './load-statements.js'
import type { TableShape } from './table-shape.js'

const numericText = /^[ \t\n\v\f\r]*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?[ \t\n\v\f\r]*$/

/** Whole reals from 2^51 on stay reals in a column of integers (`sqlite3RealSameAsInt`). */
const keptRealsFrom = 2 ** 51

/** Registers the test for a text that a column of numbers would store as a number. */
export function registerIsNumeric(connection: Database.Database): void {
  connection.function('octavo_is_numeric', { deterministic: true, directOnly: true }, (text) =>
    numericText.test(String(text)) ? 1 : 0,
  )
}

/**
 * Finds out whether the table's own columns would store a value of a JSON array of records in another
 * class than the document gives it: gives 1 or 0.
 */
export function alteredStatement(shape: TableShape, encoding: string): string {
  const keyPath = (index: number) => (shape.key.length === 1 ? '$.pk' : `$.pk[${index}]`)
  const keys = shape.keyIsRowid ? [] : shape.key
  const conditions = [
    ...keys.map(({ affinity }, index) => isKept(affinity, keyPath(index))),
    ...shape.fields.map(({ name, affinity }) =>
      isKept(affinity, `$.fields${jsonPath(name).slice(1)}`),
    ),
  ].filter((condition) => condition !== null)
  return `SELECT EXISTS (SELECT 1 FROM (
      SELECT value FROM jsonb_each(${boundText(encoding)}) LIMIT -1 OFFSET 0)
    WHERE (${allOf(conditions)}) IS NOT 1)`
}

/** The rules of https://www.sqlite.org/datatype3.html, section 3; null: every value is kept. */
function isKept(affinity: Affinity, path: string): string | null {
  const at = quoteString(path)
  const type = `json_type(value, ${at})`
  const part = `value ->> ${at}`
  const textIsKept = `WHEN 'text' THEN NOT octavo_is_numeric(${part})`
  if (affinity === 'text')
    return `CASE ${type} WHEN 'object' THEN substr(${part}, 1, 9) <> '{"$number'
      ELSE ${type} IN ('text', 'null') END`
  if (affinity === 'real') return `CASE ${type} ${textIsKept} ELSE 1 END`
  if (affinity === 'blob') return null
  return `CASE ${type} ${textIsKept}
    WHEN 'real' THEN abs(${part}) >= ${keptRealsFrom} OR ${part} <> CAST(${part} AS INTEGER)
    ELSE 1 END`
}
