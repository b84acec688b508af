import { OctavoError } from '../core/errors.js'
import { canonicalJson, quote, type JsonObject, type JsonValue } from './canonical-json.js'
import type { ValueLimits } from './json-values.js'
import { maxLineBytes } from '../core/document.js'

/** A key of many parts, a value in a tag, and more columns than any engine allows. */
export const recordLimits: ValueLimits = { bytes: maxLineBytes, values: 150_000, depth: 6 }

const memberOrder = ['model', 'pk', 'rowid', 'fields']

/** The line of a record in our own layout, from members in any order. */
export function recordLine(value: JsonValue, model: string, columns: readonly string[]): string {
  if (!(value instanceof Map)) throw wrong(model, 'is no object')
  const fields = value.get('fields')
  if (value.get('model') !== model) throw wrong(model, 'names another model')
  if (!value.has('pk') || !(fields instanceof Map)) throw wrong(model, 'has no pk or no fields')
  const unknown = [...value.keys()].find((name) => !memberOrder.includes(name))
  if (unknown !== undefined) throw wrong(model, `has the unknown member ${quote(unknown)}`)
  const record: JsonObject = new Map()
  for (const name of memberOrder) {
    const member = name === 'fields' ? inOrder(fields, columns) : value.get(name)
    if (member !== undefined) record.set(name, member)
  }
  return canonicalJson(record)
}

/** In the order of the table, where the table's columns are known. */
function inOrder(fields: JsonObject, columns: readonly string[]): JsonObject {
  const ordered: JsonObject = new Map()
  for (const column of columns) {
    const value = fields.get(column)
    if (value !== undefined) ordered.set(column, value)
  }
  return ordered.size === fields.size ? ordered : fields
}

function wrong(model: string, what: string): OctavoError {
  return new OctavoError('document-invalid', `a record of ${quote(model)} ${what}`)
}
