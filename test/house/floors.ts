import { posix } from 'node:path'
import { readSource, type Reading } from './read-source.js'

/** Rooms by floor; imports go down only (docs/architecture.md). */
export const floors: readonly (readonly string[])[] = [
  ['core'],
  [
    'access',
    'config',
    'engines',
    'documents',
    'codecs',
    'stores',
    'catalog',
    'queue',
    'notifiers',
    'sample',
  ],
  ['jobs'],
  ['http', 'cli', 'scheduler', 'archiver'],
  ['main'],
]

/** Rooms that must start without compiled code, and the packages that are compiled. */
const lightRooms = ['archiver', 'documents']
const compiled = ['better-sqlite3']
/** What is loaded before `octavo archive` or an app runs: nothing compiled is loaded with it. */
const lightEntries = [
  'main/cli.ts',
  'main/actions/archive-actions.ts',
  'main/beside/beside.ts',
  'main/plugin.ts',
]
const readsEnvironment = ['config', 'main']
const exits = ['main']

/** Every way in which the sources (path below src → text) break the floors, one sentence each. */
export function brokenFloors(files: ReadonlyMap<string, string>): string[] {
  const readings = new Map([...files].map(([path, text]) => [path, readSource(path, text)]))
  const breaks: string[] = []
  for (const [path, reading] of readings) {
    breaks.push(...brokenPlace(path), ...brokenProcess(path, reading))
    for (const specifier of reading.imports) breaks.push(...brokenImport(path, specifier))
  }
  for (const path of readings.keys()) {
    if (!lightRooms.includes(roomOf(path))) continue
    const way = wayToCompiled(path, readings, 'imports')
    if (way) breaks.push(`${path} reaches compiled code: ${way.join(' → ')}`)
  }
  for (const path of lightEntries) {
    const way = wayToCompiled(path, readings, 'loads')
    if (way) breaks.push(`${path} loads compiled code: ${way.join(' → ')}`)
  }
  return breaks
}

function brokenPlace(path: string): string[] {
  return floorOf(path) === -1 ? [`${path} stands in no known room`] : []
}

function brokenProcess(path: string, { usesEnvironment, usesExit }: Reading): string[] {
  const room = roomOf(path)
  const breaks: string[] = []
  if (usesEnvironment && !readsEnvironment.includes(room)) breaks.push(`${path} reads process.env`)
  if (usesExit && !exits.includes(room)) breaks.push(`${path} ends the process`)
  return breaks
}

function brokenImport(path: string, specifier: string | null): string[] {
  if (specifier === null) return [`${path} imports a name that is computed`]
  if (!specifier.startsWith('.')) return []
  const target = resolve(path, specifier)
  if (target.startsWith('../')) return [`${path} imports ${specifier} from outside of src`]
  const [from, to] = [floorOf(path), floorOf(target)]
  if (to > from) return [`${path} imports ${target} from a higher floor`]
  if (to === from && roomOf(path) !== roomOf(target))
    return [`${path} imports ${target} from another room of its floor`]
  return []
}

function wayToCompiled(
  start: string,
  readings: ReadonlyMap<string, Reading>,
  along: 'imports' | 'loads',
): string[] | null {
  const ways: string[][] = [[start]]
  const seen = new Set([start])
  for (const way of ways) {
    const path = way.at(-1) ?? start
    for (const specifier of readings.get(path)?.[along] ?? []) {
      if (specifier === null) continue
      if (compiled.some((name) => specifier === name || specifier.startsWith(`${name}/`)))
        return [...way, specifier]
      const target = resolve(path, specifier)
      if (!specifier.startsWith('.') || seen.has(target)) continue
      seen.add(target)
      ways.push([...way, target])
    }
  }
  return null
}

function resolve(path: string, specifier: string): string {
  return posix.join(posix.dirname(path), specifier).replace(/\.js(x?)$/, '.ts$1')
}

function roomOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.indexOf('/')) : ''
}

function floorOf(path: string): number {
  return floors.findIndex((rooms) => rooms.includes(roomOf(path)))
}
