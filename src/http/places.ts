import { realpathSync } from 'node:fs'
import { basename, dirname, isAbsolute, join } from 'node:path'
import type { CheckedOptions } from './app-options.js'

/** What answers show in the place of paths: those of the settings, what links lead to, and folders. */
export function placesOf({ databases, spoolFolder, desk }: CheckedOptions): Map<string, string> {
  const given = databases.map(({ name, address }): Place => {
    return [address.engine === 'sqlite' ? address.path : address.url, `"${name}"`]
  })
  given.push([spoolFolder, 'the spool'], ...(desk?.places ?? []))
  const folders = databases.flatMap(({ name, address }) => {
    if (address.engine !== 'sqlite') return []
    const shown = `the folder of "${name}"`
    return [address.path, behindLinks(address.path)].map((path): Place => [dirname(path), shown])
  })
  const real = given
    .filter(([place]) => isAbsolute(place))
    .map(([path, shown]): Place => [behindLinks(path), shown])
  const places = new Map<string, string>()
  for (const [path, shown] of [...given, ...real, ...folders]) {
    const plain = path.replace(/\/+$/, '')
    // The first is the nearest: a store may be the folder of a database.
    if (plain !== '' && !places.has(plain)) places.set(plain, shown)
  }
  return places
}

type Place = readonly [path: string, shown: string]

/** Of a file that is not there yet, its folder's; of what can't be looked at, the path as it is. */
function behindLinks(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    const folder = dirname(path)
    return folder === path ? path : join(behindLinks(folder), basename(path))
  }
}
