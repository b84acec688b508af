import type { CheckedOptions } from './app-options.js'

export interface Scrubber {
  /** For the log: no keys. */
  keys(text: string): string
  /** For answers: no keys, and names instead of the places of databases, spool and stores. */
  all(text: string): string
}

export function createScrubber(options: CheckedOptions): Scrubber {
  const keys = options.keys.map((key): Replacement => [key, '[redacted]'])
  const places = options.databases.map(({ name, address }): Replacement => {
    const place = address.engine === 'sqlite' ? address.path : address.url
    return [place, `"${name}"`]
  })
  places.push([options.spoolFolder, 'the spool'], ...(options.desk?.places ?? []))
  // A longer place first: one may lie inside of another.
  places.sort(([a], [b]) => b.length - a.length)
  return {
    keys: (text) => replace(text, keys),
    all: (text) => replace(text, [...keys, ...places]),
  }
}

type Replacement = readonly [string, string]

function replace(text: string, replacements: readonly Replacement[]): string {
  return replacements.reduce((result, [from, to]) => result.replaceAll(from, () => to), text)
}
