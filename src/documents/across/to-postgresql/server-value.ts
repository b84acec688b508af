import { JsonNumber, type JsonValue } from '../../canonical-json.js'
import { jsonbText } from './jsonb-text.js'
import { decimalText, doubleText } from './number-text.js'

/** Makes the value of a column of SQLite one of PostgreSQL, spelled as its server spells it. */
export type ToServer = (value: JsonValue) => JsonValue

const asIs: ToServer = (value) => value
const ofText = (change: (text: string) => string): ToServer => {
  return (value) => (typeof value === 'string' ? change(value) : value)
}

/** By the type that was chosen, without its length. */
export const toServer: Readonly<Record<string, ToServer>> = {
  smallint: asWhole,
  integer: asWhole,
  bigint: asWhole,
  boolean: asBoolean,
  bytea: asIs,
  'double precision': asDouble,
  numeric: asNumeric,
  date: asIs,
  'time without time zone': ofText(shortFraction),
  'timestamp with time zone': ofText((text) => `${shortFraction(text)}+00`),
  'timestamp without time zone': ofText(shortFraction),
  uuid: ofText((text) => text.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')),
  interval: asInterval,
  jsonb: (value) => (typeof value === 'string' ? (jsonbText(value) ?? value) : asText(value)),
  text: asText,
}

/** In a column that has no type of its own every value is its text. */
function asText(value: JsonValue): JsonValue {
  if (typeof value === 'boolean') return value ? '1' : '0'
  if (value instanceof JsonNumber) return value.text
  const long =
    value instanceof Map ? (value.get('$numberLong') ?? value.get('$numberDouble')) : null
  return typeof long === 'string' ? long : value
}

function asWhole(value: JsonValue): JsonValue {
  return typeof value === 'boolean' ? new JsonNumber(value ? '1' : '0') : value
}

/** Another number is neither: the server refuses it. */
function asBoolean(value: JsonValue): JsonValue {
  if (!(value instanceof JsonNumber)) return value
  return value.text === '1' ? true : value.text === '0' ? false : value
}

/** What no double is stays as it is, so that it is not rounded without a word. */
function asDouble(value: JsonValue): JsonValue {
  const whole = asWhole(value)
  if (whole instanceof JsonNumber) return new JsonNumber(doubleText(Number(whole.text)))
  const long = whole instanceof Map ? whole.get('$numberLong') : undefined
  const isDouble = typeof long === 'string' && BigInt(Number(long)) === BigInt(long)
  return isDouble ? new JsonNumber(doubleText(Number(long))) : whole
}

function asNumeric(value: JsonValue): JsonValue {
  const whole = asWhole(value)
  if (whole instanceof JsonNumber)
    return /[.eE]/.test(whole.text) ? decimalText(Number(whole.text)) : whole.text
  const long =
    whole instanceof Map ? (whole.get('$numberLong') ?? whole.get('$numberDouble')) : null
  return typeof long === 'string' ? long : whole
}

/** Of a column with so many digits behind the point, which the server fills with zeros. */
export function numericOf(places: number): ToServer {
  return (value) => {
    const text = asNumeric(value)
    if (typeof text !== 'string' || !/^-?\d+(\.\d+)?$/.test(text)) return text
    const [whole = '', fraction = ''] = text.split('.')
    return places === 0 ? whole : `${whole}.${fraction.padEnd(places, '0')}`
  }
}

/** Microseconds, as Django keeps durations on SQLite; a plain number would be seconds to the server. */
function asInterval(value: JsonValue): JsonValue {
  const text = asText(value)
  if (typeof text !== 'string' || !/^-?\d+$/.test(text)) return value
  const total = BigInt(text)
  const size = total < 0n ? -total : total
  const [days, rest] = [size / 86_400_000_000n, size % 86_400_000_000n]
  const two = (part: bigint): string => String(part).padStart(2, '0')
  const clock = `${two(rest / 3_600_000_000n)}:${two((rest / 60_000_000n) % 60n)}:${two((rest / 1_000_000n) % 60n)}`
  const fraction = String(rest % 1_000_000n).padStart(6, '0').replace(/0+$/, '')
  const time = `${clock}${fraction === '' ? '' : `.${fraction}`}`
  const sign = total < 0n ? '-' : ''
  if (days === 0n) return `${rest === 0n ? '' : sign}${time}`
  const named = `${sign}${days} day${days === 1n && sign === '' ? '' : 's'}`
  if (rest === 0n) return named
  return `${named} ${sign === '' ? '' : '-'}${time}`
} // prettier-ignore

/** The server cuts the zeros at the end of a fraction. */
function shortFraction(text: string): string {
  return text.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '')
}
