import type { CheckedOptions } from './app-options.js'
import { anyPath, pathOf, startOfPath } from './path-pattern.js'
import { placesOf } from './places.js'

export interface Scrubber {
  /** For the log: no keys. */
  keys(text: string): string
  /**
   * For answers: no keys and no path of the machine. Databases, spool and stores have their names in its
   * place, and so have the folders of databases; what lies elsewhere is `a path of the machine`.
   */
  all(text: string): string
}

export function createScrubber(options: CheckedOptions): Scrubber {
  const places = placesOf(options)
  const pattern = anyPath([...places.keys()])
  const keys = (text: string): string =>
    options.keys.reduce((result, key) => result.replaceAll(key, '[redacted]'), text)
  // In one go: what was put in the place of a path is not looked at again.
  const paths = (text: string): string =>
    text.replace(pattern, (found: string, place: string | undefined) => {
      const shown = place === undefined ? undefined : places.get(place)
      if (place !== undefined && shown !== undefined) return shown + found.slice(place.length)
      const path = pathOf(found)
      return path === '' ? found : `a path of the machine${found.slice(path.length)}`
    })
  return { keys, all: (text) => paths(keys(text)) }
}

/** Whether answers would show something else in the place of a part of it. */
export function holdsPath(text: string): boolean {
  return startOfPath.test(text)
}
