import { OctavoError } from '../../core/errors.js'
import { foldCase } from '../../core/fold-case.js'
import type { TableObject } from '../../core/schema.js'
import { recordHead } from '../record-key.js'

/** The values of some columns as texts to compare; null for NULL, undefined for what is not stored. */
export type ReadColumns = (line: string) => readonly (string | null | undefined)[]

/** As SQLite spells a name in another case than its column, so may a reference; PostgreSQL never does. */
export function nameAmong(names: readonly string[], name: string): string | undefined {
  if (names.includes(name)) return name
  const folded = foldCase(name)
  return names.find((one) => foldCase(one) === folded)
}

/** How columns of the records of a table are read. */
export function columnReader(table: TableObject, columns: readonly string[]): ReadColumns {
  const { primary_key: key } = table
  const places = columns.map((column) => {
    const name = nameAmong(key, column)
    return name === undefined ? -1 : key.indexOf(name)
  })
  const ofKeyAlone = !places.includes(-1)
  return (line) => {
    const pk: unknown = parsed(recordHead(line).pk)
    const parts: readonly unknown[] = key.length === 1 ? [pk] : Array.isArray(pk) ? pk : []
    const fields = ofKeyAlone ? {} : fieldsOf(line)
    return places.map((place, index) =>
      textOf(place === -1 ? fieldNamed(fields, columns[index] ?? '') : parts[place]),
    )
  }
}

function fieldsOf(line: string): object {
  const record = parsed(line)
  const fields = typeof record === 'object' && record && 'fields' in record ? record.fields : null
  if (typeof fields === 'object' && fields !== null) return fields
  throw new OctavoError('document-invalid', 'a record has no fields')
}

/** A column may be called `__proto__`. */
function fieldNamed(fields: object, column: string): unknown {
  const name = nameAmong(Object.keys(fields), column)
  return name === undefined ? undefined : Object.getOwnPropertyDescriptor(fields, name)?.value
}

/** A reference leads from `5` to `"5"` and from `true` to `1`: a column's type turns one into the other. */
function textOf(value: unknown): string | null | undefined {
  if (value === undefined || value === null) return value
  if (typeof value === 'boolean') return value ? '1' : '0'
  if (typeof value === 'object' && '$numberLong' in value) return String(value.$numberLong)
  if (typeof value === 'string') return value
  return typeof value === 'number' ? String(value) : JSON.stringify(value)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new OctavoError('document-invalid', 'a record is not valid JSON', { cause })
  }
}
