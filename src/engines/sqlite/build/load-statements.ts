import { jsonPath, quoteIdentifier, quoteString } from '../sql/quote.js'
import type { TableShape } from './table-shape.js'

/** How many columns one result of SQLite may have. */
const widestResult = 2000

/** True where even one row has more columns than a statement can give: see `wideInsert`. */
export function isTooWide(shape: TableShape): boolean {
  return insertedColumns(shape).length > widestResult
}

function insertedColumns({ key, rowid, fields }: TableShape): string[] {
  return [...(rowid === null ? [] : [rowid]), ...[...key, ...fields].map(({ name }) => name)]
}

/** Where values may be tagged: anywhere, or only in the fields at these positions. */
export type Tags = 'anywhere' | ReadonlySet<number>

/**
 * One statement that inserts a JSON array of records, all parts found by name. Numbers never pass
 * through JavaScript. Where `tags` says so, objects that stand for values are decoded by `octavo_tag`.
 * `LIMIT -1` keeps SQLite from reading each record again for each column.
 */
export function insertStatement(shape: TableShape, encoding: string, tags: Tags): string {
  const part = tags === 'anywhere' ? taggedPart : plainPart
  const { key, rowid, fields } = shape
  const keyParts =
    key.length === 1 ? [part('v', '$.pk')] : key.map((_, index) => part('k', `$[${index}]`))
  const parts = [
    ...(rowid === null ? [] : [part('v', '$.rowid')]),
    ...keyParts,
    ...fields.map(({ name }, index) => {
      const isTagged = tags === 'anywhere' || tags.has(index)
      return (isTagged ? taggedPart : plainPart)('f', jsonPath(name))
    }),
  ]
  const columns = insertedColumns(shape).map(quoteIdentifier)
  const composite = key.length > 1 ? ", jsonb_extract(value, '$.pk') AS k" : ''
  return `INSERT OR ABORT INTO main.${quoteIdentifier(shape.table)}(${columns.join(', ')})
    SELECT ${parts.join(', ')} FROM (
      SELECT value AS v, jsonb_extract(value, '$.fields') AS f${composite}
      FROM jsonb_each(${boundText(encoding)}) LIMIT -1 OFFSET 0)`
}

/** In UTF-8 a Buffer saves converting the text twice; in UTF-16 its bytes would be misread. */
export function boundText(encoding: string): string {
  return encoding === 'UTF-8' ? 'CAST(? AS TEXT)' : '?'
}

function plainPart(source: string, path: string): string {
  return `${source} ->> ${quoteString(path)}`
}

/** The value at a path, whatever stands for it. */
export function taggedPart(source: string, path: string): string {
  const at = quoteString(path)
  return `CASE WHEN json_type(${source}, ${at}) NOT IN ('object', 'array') THEN ${source} ->> ${at}
    WHEN substr(${source} ->> ${at}, 1, 7) = '{"$text' THEN CAST(octavo_tag(${source} ->> ${at}) AS TEXT)
    ELSE octavo_tag(${source} ->> ${at}) END`
}

/**
 * Finds the first record in a JSON array that has not exactly the members it must have: gives its
 * index, or no row. What a merge patch with nulls leaves over is unknown or doubled.
 */
export function misfitStatement(shape: TableShape, encoding: string): string {
  const { model, key, rowid, fields } = shape
  const members = [
    `"fields":{${fields.map(({ name }) => `${JSON.stringify(name)}:null`).join()}}`,
    '"model":null',
    '"pk":null',
    ...(rowid === null ? [] : ['"rowid":null']),
  ]
  const rest = `json_patch(value, ${quoteString(`{${members.join()}}`)})`
  const present = fields.map(
    ({ name }) => `json_type(value, ${quoteString(`$.fields${jsonPath(name).slice(1)}`)})`,
  )
  const conditions = [
    `${rest} = '{"fields":{}}'`,
    `value ->> '$.model' = ${quoteString(model)}`,
    "json_type(value, '$.fields') = 'object'",
    pkCondition(key.length),
    ...(rowid === null ? [] : ["json_type(value, '$.rowid') IN ('integer', 'object')"]),
    ...nestedMinimum(present).map((all) => `${all} IS NOT NULL`),
  ]
  return `SELECT key FROM (
      SELECT key, value, type FROM jsonb_each(${boundText(encoding)}) LIMIT -1 OFFSET 0)
    WHERE CASE type WHEN 'object' THEN (${conditions.join(' AND ')}) END IS NOT 1 LIMIT 1`
}

function pkCondition(keyColumns: number): string {
  if (keyColumns === 0) return "json_type(value, '$.pk') = 'null'"
  if (keyColumns === 1) return "json_type(value, '$.pk') <> 'array'"
  return `json_type(value, '$.pk') = 'array' AND json_array_length(value, '$.pk') = ${keyColumns}`
}

/** `min` of several arguments is null if one is; it takes up to 1,000, and ANDs nest no deeper. */
function nestedMinimum(terms: readonly string[]): string[] {
  if (terms.length === 0) return []
  const groups: string[] = []
  for (let start = 0; start < terms.length; start += 500) {
    const group = terms.slice(start, start + 500)
    groups.push(group.length === 1 ? group.join() : `min(${group.join(', ')})`)
  }
  return groups
}
