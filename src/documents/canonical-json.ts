import { OctavoError } from '../core/errors.js'

/** A number as it stands in the text: `1.0` and `1` are different records. */
export class JsonNumber {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** Parsed JSON that keeps what `JSON.parse` loses: the spelling of numbers, `__proto__`, the order. */
export type JsonValue = string | boolean | null | JsonNumber | JsonValue[] | JsonObject
export type JsonObject = Map<string, JsonValue>

/**
 * A string as the document spells it (docs/format.md, Records). JSON.stringify escapes exactly that
 * set, and lone surrogates besides, which have no form in UTF-8 and are refused here.
 */
export function quote(text: string): string {
  const quoted = JSON.stringify(text)
  if (quoted.includes('\\ud') && /\p{Surrogate}/u.test(text))
    throw new OctavoError('cannot-carry', 'half a surrogate pair has no form in UTF-8')
  return quoted
}

/** A value without white space, as the document spells it. */
export function canonicalJson(value: JsonValue): string {
  if (typeof value === 'string') return quote(value)
  if (value === null || typeof value === 'boolean') return String(value)
  if (value instanceof JsonNumber) return value.text
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  const members = Array.from(value, ([name, member]) => `${quote(name)}:${canonicalJson(member)}`)
  return `{${members.join(',')}}`
}

/** Plain data for a schema to check. Objects become plain objects, numbers become doubles. */
export function plainValue(value: JsonValue): unknown {
  if (value instanceof JsonNumber) return Number(value.text)
  if (Array.isArray(value)) return value.map(plainValue)
  if (value instanceof Map)
    return Object.fromEntries(Array.from(value, ([name, member]) => [name, plainValue(member)]))
  return value
}
