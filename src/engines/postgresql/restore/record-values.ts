import { OctavoError } from '../../../core/errors.js'

/** A record of a document, as its line holds it. */
interface ParsedRecord {
  readonly pk: unknown
  readonly fields: Readonly<Record<string, unknown>>
}

/** Makes a line of COPY of a record line: the values of the columns, in their order. */
export class RecordValues {
  readonly #model: string
  readonly #columns: readonly string[]
  readonly #key: readonly string[]

  constructor(model: string, columns: readonly string[], key: readonly string[]) {
    this.#model = model
    this.#columns = columns
    this.#key = key
  }

  lineOf(record: string): string {
    const { pk, fields } = this.#parse(record)
    const parts = this.#key.length === 1 ? [pk] : Array.isArray(pk) ? pk : []
    const stated = this.#key.length + Object.keys(fields).length
    if (
      stated !== this.#columns.length ||
      (this.#key.length > 1 && parts.length !== this.#key.length)
    )
      throw this.#wrong('has other columns than its table')
    const values = this.#columns.map((name) => {
      const place = this.#key.indexOf(name)
      if (place < 0 && !Object.hasOwn(fields, name))
        throw this.#wrong(`lacks the column ${JSON.stringify(name)}`)
      return this.#text(place < 0 ? fields[name] : parts[place])
    })
    return `${values.join('\t')}\n`
  }

  #parse(line: string): ParsedRecord {
    let record: unknown
    try {
      record = JSON.parse(line)
    } catch (error) {
      throw this.#wrong('is not valid JSON', error)
    }
    if (typeof record !== 'object' || record === null) throw this.#wrong('is no object')
    const { pk, fields } = record as Partial<ParsedRecord> // looked at next
    if (typeof fields !== 'object' || fields === null) throw this.#wrong('has no fields')
    return { pk, fields }
  }

  #text(value: unknown): string {
    if (value === null) return '\\N'
    if (typeof value === 'string') return escape(value)
    if (typeof value === 'boolean') return value ? 't' : 'f'
    if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value)
    if (typeof value === 'object') {
      if ('$numberLong' in value) return escape(String(value.$numberLong))
      if ('$numberDouble' in value) return escape(String(value.$numberDouble))
      if ('$binary' in value) return `\\\\x${bytesOf(value.$binary).toString('hex')}`
    }
    throw this.#wrong('holds a value that PostgreSQL has not')
  }

  #wrong(what: string, cause?: unknown): OctavoError {
    return new OctavoError('document-invalid', `a record of "${this.#model}" ${what}`, { cause })
  }
}

function bytesOf(binary: unknown): Buffer {
  const base64 = typeof binary === 'object' && binary !== null && 'base64' in binary
  return Buffer.from(base64 ? String(binary.base64) : '', 'base64')
}

const escapes: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
}

function escape(text: string): string {
  return text.replace(/[\\\n\r\t]/g, (mark) => escapes[mark] ?? mark)
}
