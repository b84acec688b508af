import { OctavoError } from '../../../core/errors.js'
import { canonicalJson, JsonNumber, type JsonObject, type JsonValue } from '../../canonical-json.js'
import { parseJson } from '../../json-values.js'
import { recordLimits } from '../../rewrite-record.js'
import type { Losses } from '../losses.js'
import { refused, type SqliteTable } from './sqlite-table.js'
import { rounded } from './sqlite-value.js'

/** Makes record lines of SQLite from those of PostgreSQL. */
export class SqliteRecords {
  readonly #table: SqliteTable
  readonly #key: readonly string[]
  readonly #losses: Losses
  #rowid = 0

  constructor(table: SqliteTable, losses: Losses) {
    this.#table = table
    this.#key = table.entry.primary_key
    this.#losses = losses
  }

  lineOf(line: string): string {
    const record = parseJson(Buffer.from(line), recordLimits)
    const fields = record instanceof Map ? record.get('fields') : undefined
    if (!(record instanceof Map) || !(fields instanceof Map)) throw this.#wrong()
    this.#rowid += 1
    const converted: JsonObject = new Map([['model', this.#table.model]])
    converted.set('pk', this.#keyOf(record.get('pk') ?? null))
    if (!this.#table.keyIsRowid) converted.set('rowid', new JsonNumber(String(this.#rowid)))
    converted.set('fields', this.#fieldsOf(fields))
    return canonicalJson(converted)
  }

  #keyOf(pk: JsonValue): JsonValue {
    if (this.#key.length < 2) return this.#valueOf(this.#key[0] ?? '', pk)
    if (!Array.isArray(pk)) throw this.#wrong()
    return pk.map((part, index) => this.#valueOf(this.#key[index] ?? '', part))
  }

  #fieldsOf(fields: JsonObject): JsonObject {
    const converted: JsonObject = new Map()
    for (const [name, value] of fields) converted.set(name, this.#valueOf(name, value))
    return converted
  }

  #valueOf(name: string, value: JsonValue): JsonValue {
    const column = this.#table.columns.find((one) => one.name === name)
    if (value === null || column === undefined) return value
    return column.convert(value, (what) => {
      if (column.isUnique && what === rounded)
        throw refused(
          `a decimal of more than 15 digits in the unique column ${this.#table.model}.${name}`,
        )
      this.#losses.count(`${this.#table.model}.${name}: ${what}`)
    })
  }

  #wrong(): OctavoError {
    return new OctavoError(
      'document-invalid',
      `a record of "${this.#table.model}" has no fields or no key`,
    )
  }
}
