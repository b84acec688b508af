import { JsonNumber, quote, type JsonValue } from '../../canonical-json.js'
import { parseJson } from '../../json-values.js'
import { recordLimits } from '../../rewrite-record.js'
import { decimalText } from './number-text.js'

/**
 * JSON as the type `jsonb` gives it back: the shorter keys first, one of each, a blank behind every comma
 * and colon. Null for what is no JSON. (postgresql.org, "JSON Types": jsonb keeps no white space, no order of keys.)
 */
export function jsonbText(text: string): string | null {
  try {
    return spelled(parseJson(Buffer.from(text), { ...recordLimits, depth: 1000 }))
  } catch {
    return null // the server says what is wrong with it
  }
}

function spelled(value: JsonValue): string {
  if (typeof value === 'string') return quote(value)
  if (value instanceof JsonNumber) return numberText(value.text)
  if (Array.isArray(value)) return `[${value.map(spelled).join(', ')}]`
  if (!(value instanceof Map)) return String(value)
  const members = [...value].toSorted(([a], [b]) => {
    const [left, right] = [Buffer.from(a), Buffer.from(b)]
    return left.length - right.length || left.compare(right)
  })
  return `{${members.map(([name, member]) => `${quote(name)}: ${spelled(member)}`).join(', ')}}`
}

/** As `numeric` has it: the digits as they were written, without an exponent. */
function numberText(text: string): string {
  if (/e/i.test(text)) return decimalText(Number(text))
  return /^-0(\.0*)?$/.test(text) ? text.slice(1) : text
}
