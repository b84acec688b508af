import { OctavoError } from '../core/errors.js'
import { JsonNumber, type JsonObject, type JsonValue } from './canonical-json.js'
import { JsonTokens, type TokenKind } from './json-tokens.js'

/** What one value may take: hostile files end here, not in the memory of the process. */
export interface ValueLimits {
  readonly bytes: number
  readonly values: number
  readonly depth: number
}

type Frame = { readonly object: JsonObject; name: string | null } | { readonly list: JsonValue[] }

/** What may come next inside the innermost object or list. */
type Expected = 'value' | 'value or end' | 'name' | 'name or end' | 'colon' | 'comma or end'

/** Builds one JSON value from tokens: strict grammar, no member twice, nothing beyond the limits. */
export class JsonValues {
  readonly #limits: ValueLimits
  readonly #keep: boolean
  readonly #frames: Frame[] = []
  #expected: Expected = 'value'
  #bytes = 0
  #values = 0

  /** Without `keep` the value is only passed over: strings and numbers in it are not held. */
  constructor(limits: ValueLimits, keep = true) {
    this.#limits = limits
    this.#keep = keep
  }

  /** Takes the next token; gives the value in a box once it is complete. */
  take(kind: TokenKind, text: string, bytes: number): { readonly value: JsonValue } | null {
    this.#count(bytes)
    if (kind === 'mark') return this.#takeMark(text)
    if (kind === 'string' && (this.#expected === 'name' || this.#expected === 'name or end')) {
      this.#takeName(text)
      return null
    }
    if (kind === 'string') return this.#place(text)
    if (kind === 'number') return this.#place(new JsonNumber(text))
    return this.#place(text === 'null' ? null : text === 'true')
  }

  #count(bytes: number): void {
    this.#bytes += this.#keep ? bytes : 0
    this.#values += this.#keep ? 1 : 0
    if (this.#bytes > this.#limits.bytes)
      throw invalid(`a value is longer than ${this.#limits.bytes} bytes`)
    if (this.#values > this.#limits.values * 4)
      throw invalid(`a value has more than ${this.#limits.values} parts`)
  }

  #takeMark(mark: string): { readonly value: JsonValue } | null {
    const expected = this.#expected
    if (mark === '{' || mark === '[') return this.#open(mark)
    if (mark === ':' && expected === 'colon') {
      this.#expected = 'value'
      return null
    }
    if (mark === ',' && expected === 'comma or end') {
      this.#expected = this.#inObject() ? 'name' : 'value'
      return null
    }
    const mayEnd = this.#inObject()
      ? mark === '}' && (expected === 'comma or end' || expected === 'name or end')
      : mark === ']' && (expected === 'comma or end' || expected === 'value or end')
    if (mayEnd) return this.#close()
    throw invalid(`"${mark}" stands where a ${expected} should`)
  }

  #open(mark: string): null {
    if (this.#expected !== 'value' && this.#expected !== 'value or end')
      throw invalid(`"${mark}" stands where a ${this.#expected} should`)
    if (this.#frames.length >= this.#limits.depth)
      throw invalid(`values are nested deeper than ${this.#limits.depth}`)
    this.#frames.push(mark === '{' ? { object: new Map(), name: null } : { list: [] })
    this.#expected = mark === '{' ? 'name or end' : 'value or end'
    return null
  }

  #close(): { readonly value: JsonValue } | null {
    const frame = this.#frames.pop()
    if (!frame) throw invalid('a bracket closes what was not open')
    this.#expected = 'value'
    return this.#place('list' in frame ? frame.list : frame.object)
  }

  #takeName(name: string): void {
    const frame = this.#frames.at(-1)
    if (!frame || !('object' in frame)) throw invalid('a name stands outside of an object')
    if (this.#keep && frame.object.has(name))
      throw invalid(`the member ${JSON.stringify(name.slice(0, 100))} stands twice in one object`)
    frame.name = name
    this.#expected = 'colon'
  }

  #place(value: JsonValue): { readonly value: JsonValue } | null {
    if (this.#expected !== 'value' && this.#expected !== 'value or end')
      throw invalid(`a value stands where a ${this.#expected} should`)
    const frame = this.#frames.at(-1)
    if (!frame) return { value }
    this.#expected = 'comma or end'
    if (!this.#keep) return null
    if ('list' in frame) frame.list.push(value)
    else if (frame.name !== null) frame.object.set(frame.name, value)
    return null
  }

  #inObject(): boolean {
    const frame = this.#frames.at(-1)
    return frame !== undefined && 'object' in frame
  }
}

/** One line of a document's head. */
export const headLimits: ValueLimits = { bytes: 64 * 1024 * 1024, values: 1_000_000, depth: 16 }

/** Parses a whole JSON text strictly. */
export function parseJson(bytes: Buffer, limits: ValueLimits = headLimits): JsonValue {
  const values = new JsonValues(limits)
  let result: { readonly value: JsonValue } | null = null
  const tokens = new JsonTokens((kind, text, length) => {
    if (result) throw invalid('something follows the end of the value')
    result = values.take(kind, text, length)
  })
  tokens.write(bytes)
  tokens.end()
  if (!result) throw invalid('a value is not complete')
  // The assignment happens inside the callback, where the compiler does not follow it.
  return (result as { readonly value: JsonValue }).value
}

function invalid(what: string): OctavoError {
  return new OctavoError('document-invalid', `the file is not valid JSON: ${what}`)
}
