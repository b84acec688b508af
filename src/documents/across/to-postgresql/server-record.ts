import { OctavoError } from '../../../core/errors.js'
import { canonicalJson, JsonNumber, type JsonObject, type JsonValue } from '../../canonical-json.js'
import { parseJson } from '../../json-values.js'
import { recordLimits } from '../../rewrite-record.js'
import type { ServerTable } from './server-table.js'

export interface ServerRecord {
  readonly line: string
  /** What it is sorted by; empty where the order of the lines is right already. */
  readonly sortKey: readonly (string | number | bigint | Buffer | null)[]
}

/** Makes record lines of PostgreSQL from those of SQLite. */
export class ServerRecords {
  readonly #table: ServerTable
  readonly #columns: ReadonlyMap<string, ServerTable['columns'][number]>

  constructor(table: ServerTable) {
    this.#table = table
    this.#columns = new Map(table.columns.map((column) => [column.name, column]))
  }

  recordOf(line: string): ServerRecord {
    const record = parseJson(Buffer.from(line), recordLimits)
    const fields = record instanceof Map ? record.get('fields') : undefined
    if (!(record instanceof Map) || !(fields instanceof Map)) throw this.#wrong('has no fields')
    const key = this.#table.entry.primary_key
    const pk = record.get('pk') ?? null
    const given = key.length > 1 ? (Array.isArray(pk) ? pk : []) : key.length === 1 ? [pk] : []
    const parts = given.map((part, index) => this.#valueOf(key[index] ?? '', part))
    const converted: JsonObject = new Map([['model', this.#table.model]])
    converted.set('pk', key.length > 1 ? parts : (parts[0] ?? null))
    const values: JsonObject = new Map()
    for (const [name, value] of fields) values.set(name, this.#valueOf(name, value))
    converted.set('fields', values)
    const isNumeric = (name = ''): boolean =>
      this.#columns.get(name)?.type.startsWith('numeric') === true
    const sortKey = this.#table.keyIsRowid
      ? []
      : parts.map((part, index) => sortable(isNumeric(key[index]) ? asNumber(part) : part))
    return { line: canonicalJson(converted), sortKey }
  }

  #valueOf(name: string, value: JsonValue): JsonValue {
    if (value === null) return null
    if (value instanceof Map && value.has('$text'))
      throw this.#wrong(`holds text in "${name}" that is no valid UTF-8`)
    return this.#columns.get(name)?.convert(value) ?? value
  }

  #wrong(what: string): OctavoError {
    return new OctavoError('restore-refused', `a record of "${this.#table.model}" ${what}`, {
      hint: 'Nothing was changed. Restore it into SQLite, or choose models with --only.',
    })
  }
}

/** What `numeric` has as text, in the order of its numbers. */
function asNumber(value: JsonValue): JsonValue {
  if (typeof value !== 'string') return value
  const isWhole = /^-?\d{1,18}$/.test(value)
  return isWhole ? new Map([['$numberLong', value]]) : new JsonNumber(decimalPoint(Number(value)))
}

function decimalPoint(value: number): string {
  const text = String(value)
  return /[.e]/.test(text) ? text : `${text}.0`
}

function sortable(value: JsonValue): string | number | bigint | Buffer | null {
  if (typeof value === 'boolean') return value ? 1 : 0
  if (value instanceof JsonNumber) return /[.e]/.test(value.text) ? Number(value.text) : BigInt(value.text)
  if (!(value instanceof Map)) return typeof value === 'string' ? value : null
  const [long, bytes] = [value.get('$numberLong'), value.get('$binary')]
  if (typeof long === 'string') return BigInt(long)
  const base64 = bytes instanceof Map ? bytes.get('base64') : null
  return typeof base64 === 'string' ? Buffer.from(base64, 'base64') : null
} // prettier-ignore
