import { quoteIdentifier, quoteString } from '../sql/quote.js'
import type { Encoding } from '../schema/stored-text.js'
import type { Column, StoredTable } from '../schema/table-columns.js'
import {
  anyOf,
  concatAll,
  type Grade,
  integerJson,
  jsonValue,
  longValue,
  oddInteger,
  oddValue,
  plainValue,
} from './value-sql.js'

/** `json_object` takes 500 columns, and a guard over more would be too deep for SQLite. */
const mostPlainColumns = 400

/** The grade at which the records of a table are tried first. */
export function firstGrade(table: StoredTable): Grade {
  return table.key.length + table.fields.length > mostPlainColumns ? 'careful' : 'fast'
}

export interface LineForm {
  readonly table: StoredTable
  readonly model: string
  readonly encoding: Encoding
}

/** Parameters: `from` the first rowid, `longest` the most bytes of a value, `rows` the most rows. */
export function batchSql(form: LineForm, grade: Grade): string {
  const { table } = form
  const rowid = table.order.by === 'rowid' ? rowidExpression(table.order) : ''
  return `SELECT ${asBytes("string_agg(r, ',\n')", form)}, count(*), max(k), count(r) FROM (
    SELECT ${rowid} AS k, ${guardedLine(form, grade)} AS r
    FROM ${quoteIdentifier(table.name)} AS t NOT INDEXED
    WHERE ${rowid} >= :from ORDER BY ${rowid} LIMIT :rows)`
}

/** Rows one by one in the table's own order. Parameters: `skipped` rows, `longest` as above. */
export function streamSql(form: LineForm, grade: Grade): string {
  const { table } = form
  // Without this SQLite may walk through an index that holds all columns, in that index's order.
  const walk =
    table.order.by === 'key' ? `INDEXED BY ${quoteIdentifier(table.order.index)}` : 'NOT INDEXED'
  return `SELECT ${asBytes(guardedLine(form, grade), form)}
    FROM ${quoteIdentifier(table.name)} AS t ${walk} LIMIT -1 OFFSET :skipped`
}

/** Finds the key of the row at `from` or after it, to name it in an error. */
export function keyAtSql(table: StoredTable): string {
  const rowid = table.order.by === 'rowid' ? rowidExpression(table.order) : ''
  return `SELECT ${keyJson(table, 'careful')} FROM ${quoteIdentifier(table.name)} AS t NOT INDEXED
    WHERE ${rowid} >= :from ORDER BY ${rowid} LIMIT 1`
}

/**
 * As a BLOB the bytes come back in a Buffer without two conversions; but the bytes of a UTF-16
 * database are not those of the document.
 */
function asBytes(text: string, { encoding }: LineForm): string {
  return encoding === 'UTF-8' ? `CAST(${text} AS BLOB)` : text
}

/** The record line; null where the grade is not careful enough or a value is too long. */
function guardedLine({ table, model }: LineForm, grade: Grade): string {
  const { order, key, fields } = table
  const columns = order.by === 'rowid' && order.isKey ? fields : [...key, ...fields]
  const conditions = columns.map(grade === 'fast' ? oddValue : longValue)
  if (grade === 'fast' && order.by === 'rowid') conditions.push(oddInteger(rowidExpression(order)))
  return `CASE WHEN ${anyOf(conditions)} THEN NULL ELSE ${lineOf(table, model, grade)} END`
}

function lineOf(table: StoredTable, model: string, grade: Grade): string {
  const parts = [
    quoteString(`{"model":${JSON.stringify(model)},"pk":`),
    keyJson(table, grade),
    ...rowidParts(table, grade),
    quoteString(`,"fields":`),
    ...fieldsJson(table.fields, grade),
    quoteString('}'),
  ]
  return concatAll(parts)
}

function keyJson({ key, order }: StoredTable, grade: Grade): string {
  const [only] = key
  if (only === undefined) return `'null'`
  if (order.by === 'rowid' && order.isKey) return rowidJson(order, grade)
  if (key.length === 1) return jsonValue(only, grade)
  const parts = key.flatMap((column) => [`','`, jsonValue(column, grade)])
  return concatAll([`'['`, ...parts.slice(1), `']'`])
}

function rowidParts({ order }: StoredTable, grade: Grade): string[] {
  if (order.by !== 'rowid' || order.isKey) return []
  return [quoteString(`,"rowid":`), rowidJson(order, grade)]
}

function fieldsJson(fields: readonly Column[], grade: Grade): string[] {
  if (grade === 'fast' && !fields.some((column) => column.declaredBlob)) {
    const members = fields.map((column) => `${quoteString(column.name)},${plainValue(column)}`)
    return [`json_object(${members.join(',')})`]
  }
  const members = fields.flatMap((column, index) => [
    quoteString(`${index === 0 ? '' : ','}${JSON.stringify(column.name)}:`),
    jsonValue(column, grade),
  ])
  return [`'{'`, ...members, `'}'`]
}

function rowidJson(order: { readonly name: string }, grade: Grade): string {
  const rowid = rowidExpression(order)
  return grade === 'fast' ? rowid : integerJson(rowid)
}

function rowidExpression({ name }: { readonly name: string }): string {
  return `t.${quoteIdentifier(name)}`
}
