import { canonicalJson, type JsonValue } from '../../../documents/canonical-json.js'
import { parseJson } from '../../../documents/json-values.js'

/** A value for people; text of a record stands there as it is. */
export interface ShownValue {
  readonly text: string
  readonly kind: 'text' | 'other'
}

export interface FieldDifference {
  readonly name: string
  /** Null where the record does not have the field, or is not there. */
  readonly a: ShownValue | null
  readonly b: ShownValue | null
  readonly differs: boolean
}

/** What a record line says, field by field, on both sides; in the order of `a`, then what only `b` has. */
export function recordFields(a: string | null, b: string | null): FieldDifference[] {
  const [left, right] = [membersOf(a), membersOf(b)]
  return [...new Set([...left.keys(), ...right.keys()])].map((name) =>
    difference(name, left.get(name), right.get(name)),
  )
}

function difference(
  name: string,
  a: JsonValue | undefined,
  b: JsonValue | undefined,
): FieldDifference {
  const [left, right] = [spelled(a), spelled(b)]
  const differs = left !== right
  const [one, other] = [shown(a), shown(b)]
  // `1` and "1" are two values and would look the same.
  const isBlurred = differs && one !== null && other !== null && one.text === other.text
  if (!isBlurred) return { name, a: one, b: other, differs }
  return {
    name,
    a: { text: String(left), kind: 'other' },
    b: { text: String(right), kind: 'other' },
    differs,
  }
}

/** The fields by their names, behind what names the record: `pk`, and `rowid` where there is one. */
function membersOf(line: string | null): Map<string, JsonValue> {
  const members = new Map<string, JsonValue>()
  if (line === null) return members
  const record = parsed(line)
  if (!(record instanceof Map)) return members.set('record', line)
  for (const [name, value] of record) {
    if (name === 'model') continue
    if (name !== 'fields' || !(value instanceof Map)) members.set(`(${name})`, value)
    else for (const [field, one] of value) members.set(field, one)
  }
  return members
}

function parsed(line: string): JsonValue {
  try {
    return parseJson(Buffer.from(line))
  } catch {
    // Whatever it is, people see it as it stands.
    return line
  }
}

function spelled(value: JsonValue | undefined): string | null {
  return value === undefined ? null : canonicalJson(value)
}

function shown(value: JsonValue | undefined): ShownValue | null {
  if (value === undefined) return null
  if (typeof value === 'string') return { text: value, kind: 'text' }
  const wrapped = value instanceof Map && value.size === 1 ? [...value][0] : undefined
  const text = (wrapped && unwrapped(...wrapped)) ?? canonicalJson(value)
  return { text, kind: 'other' }
}

/** Of what JSON has no form for (docs/format.md): large integers and bytes. */
function unwrapped(name: string, value: JsonValue): string | null {
  if (name === '$numberLong' && typeof value === 'string') return value
  if (name !== '$binary' || !(value instanceof Map)) return null
  const base64 = value.get('base64')
  if (typeof base64 !== 'string') return null
  return `${Buffer.byteLength(base64, 'base64')} bytes: ${base64}`
}
