import { OctavoError } from '../../core/errors.js'
import { canonicalJson, quote } from '../canonical-json.js'
import { parseJson } from '../json-values.js'

interface Place {
  readonly ordinal: number
  readonly line: string
}

/** The records of one model that are asked for by their keys, and where they were found. */
export class KeyWishes {
  readonly #keys: readonly string[]
  readonly #places = new Map<string, Place[]>()

  constructor(keys: readonly string[]) {
    this.#keys = keys
    for (const key of keys) for (const text of spellings(key)) this.#places.set(text, [])
  }

  /** Whether a record with this key was asked for. */
  look(key: string, place: Place): void {
    this.#places.get(key)?.push(place)
  }

  /** The lines by where they stand, and the keys that no record has. */
  result(): { readonly found: Map<number, string>; readonly missing: readonly string[] } {
    const found = new Map<number, string>()
    const missing = this.#keys.filter((key) => {
      const places = spellings(key).map((text) => this.#places.get(text) ?? [])
      const first = places.find((place) => place.length > 0) ?? []
      for (const { ordinal, line } of first) found.set(ordinal, line)
      return first.length === 0
    })
    return { found, missing }
  }
}

/** A key is JSON; what is none, or names nothing as such, is a text that a person did not quote. */
function spellings(key: string): string[] {
  try {
    return [canonicalJson(parseJson(Buffer.from(key))), quote(key)]
  } catch (error) {
    if (!(error instanceof OctavoError)) throw error
    return [quote(key)]
  }
}
