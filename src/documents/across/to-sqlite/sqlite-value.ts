import { JsonNumber, type JsonValue } from '../../canonical-json.js'
import { microseconds } from './interval.js'

/** How values of a type are kept in SQLite: as Django keeps them there, so that an app finds its own. */
export interface SqliteType {
  /** As the column is declared. */
  readonly declared: string
  /** The value as a document of SQLite has it; told what is lost on the way. Null stays null. */
  convert(value: JsonValue, lost: (what: string) => void): JsonValue
}

const asIs = (value: JsonValue): JsonValue => value
const typed = (declared: string, convert: SqliteType['convert'] = asIs): SqliteType => {
  return { declared, convert }
}
/** Of a string; other values don't occur. */
const ofText = (change: (text: string) => JsonValue): SqliteType['convert'] => {
  return (value) => (typeof value === 'string' ? change(value) : value)
}

const exact: Readonly<Record<string, SqliteType>> = {
  smallint: typed('smallint'),
  integer: typed('integer'),
  bigint: typed('bigint'),
  boolean: typed('bool'),
  bytea: typed('BLOB'),
  date: typed('date'),
  uuid: typed('char(32)', ofText((text) => text.replaceAll('-', ''))), // prettier-ignore
  real: typed('real', toReal),
  'double precision': typed('real', toReal),
  'timestamp without time zone': typed('datetime'),
  'timestamp with time zone': typed('datetime', ofText((text) => text.replace(/\+00(?= BC$|$)/, ''))), // prettier-ignore
  'time without time zone': typed('time'),
  interval: typed('bigint', toMicroseconds),
}

/** By the name that the server gives a type: `character varying(40)`. */
export function sqliteTypeOf(type: string): SqliteType {
  const [, name = type, length = ''] = /^(.*?)(\(\d+(?:,-?\d+)?\))?$/.exec(type) ?? []
  const withoutLength = type.replace(/\(\d+\)(?=$| with)/, '')
  const found = exact[withoutLength]
  if (found) return found
  if (name === 'numeric') return typed('decimal', toDecimal)
  if (name === 'character varying') return typed(`varchar${length}`)
  if (name === 'character') return typed(`char${length}`)
  // A type that somebody made may hold anything: without a declared type every value stays what it is.
  return type.includes('.') ? typed('', fromBoolean) : typed('text')
}

function fromBoolean(value: JsonValue): JsonValue {
  return typeof value === 'boolean' ? new JsonNumber(value ? '1' : '0') : value
}

function toReal(value: JsonValue, lost: (what: string) => void): JsonValue {
  if (value instanceof JsonNumber) {
    if (value.text === '-0') lost('negative zero became zero')
    if (value.text === '-0') return new JsonNumber('0.0')
    return /[.eE]/.test(value.text) ? value : new JsonNumber(`${value.text}.0`)
  }
  if (!(value instanceof Map) || value.get('$numberDouble') !== 'NaN') return value
  lost('NaN became null')
  return null
}

const significant = 15
export const rounded = `more than ${significant} digits were rounded`
const largest = 2n ** 63n - 1n

/** SQLite has whole numbers up to 2^63 and doubles, of which 15 digits are sure. */
function toDecimal(value: JsonValue, lost: (what: string) => void): JsonValue {
  if (typeof value !== 'string') return value
  const [, sign = '', whole = '', fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(value) ?? []
  // NaN and Infinity stay text.
  if (whole === '') return value
  const rest = fraction.replace(/0+$/, '')
  const integer = BigInt(`${sign}${whole}`)
  if (rest === '' && integer <= largest && integer >= -largest) return wholeNumber(integer)
  const digits = `${whole}${rest}`.replace(/^0+/, '')
  if (digits.length > significant) lost(rounded)
  return realNumber(Number(value))
}

function wholeNumber(value: bigint): JsonValue {
  const isSafe = value <= Number.MAX_SAFE_INTEGER && value >= -Number.MAX_SAFE_INTEGER
  return isSafe ? new JsonNumber(String(value)) : new Map([['$numberLong', String(value)]])
}

function realNumber(value: number): JsonValue {
  if (!Number.isFinite(value))
    return new Map([['$numberDouble', value > 0 ? 'Infinity' : '-Infinity']])
  const text = String(value)
  return new JsonNumber(/[.e]/.test(text) ? text : `${text}.0`)
}

function toMicroseconds(value: JsonValue, lost: (what: string) => void): JsonValue {
  if (typeof value !== 'string') return value
  const whole = microseconds(value)
  if (whole !== null) return wholeNumber(whole)
  lost('durations with months are kept as text')
  return value
}
