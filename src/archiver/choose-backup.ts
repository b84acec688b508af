import { OctavoError } from '../core/errors.js'
import { newestFirst } from '../core/retention/keep-newest.js'
import type { BrokenBackup, StoredBackup, StoredBackups } from './read-backups.js'
import { databaseTitle } from './series.js'

const listed = 20

/** Which backup is meant. */
export interface Wish {
  readonly which: string
  /** The name of its database, with its label or without, or as an error lists it. */
  readonly database?: string | undefined
}

/**
 * The backup that `which` means: the newest one (`latest`), the newest one of a day (`2026-11-22`),
 * or the one of an instant, written as in a file name or as ISO 8601. Days and instants are in UTC.
 * Where the one meant is broken, its error says what is missing or altered: an older one is never
 * taken in its place without a word. Where it may be of several databases, one has to be named.
 */
export function chooseBackup(
  { backups, broken }: Pick<StoredBackups, 'backups' | 'broken'>,
  { which, database }: Wish,
): StoredBackup {
  const isMeant = ofDatabase([...backups, ...broken], database)
  const sorted = newestFirst(backups).filter(isMeant)
  const matches = matcher(which)
  const [chosen, ...others] = sorted.filter(matches)
  if (chosen) requireOneDatabase([chosen, ...others], which)
  const unusable = broken
    .filter((one) => isMeant(one) && matches(one))
    .toSorted(byInstant)
    .at(-1)
  if (unusable && (!chosen || byInstant(unusable, chosen) > 0)) throw whyNot(unusable, chosen)
  if (chosen) return chosen
  const of = database === undefined ? '' : ` of the database "${database}"`
  if (sorted.length === 0)
    throw new OctavoError('not-found', `the branch holds no backup${of}`, {
      hint: '`octavo archive` makes the first one; `octavo archive --adopt` looks at what was there before.',
    })
  const names = sorted.slice(0, listed).map(({ name }) => instantOf(name))
  const more = sorted.length > listed ? `, and ${sorted.length - listed} older ones` : ''
  throw new OctavoError('not-found', `there is no backup${of} for "${which}"`, {
    hint: `There is: ${names.join(', ')}${more}. Give a day (2026-11-22) or one of these.`,
  })
}

type Named = Pick<BrokenBackup, 'name' | 'manifest' | 'database'>

/**
 * Whether a backup is of the database that is wanted. A name in full, as an error lists it, means that
 * one, also where it is the beginning of another. What can't be read may be of any database.
 */
function ofDatabase(all: readonly Named[], wanted: string | undefined): (one: Named) => boolean {
  if (wanted === undefined) return () => true
  const isFull = all.some(({ database }) => database === wanted)
  return ({ manifest, database }) => {
    if (manifest === null) return true
    if (isFull) return database === wanted
    return [manifest.database.name, databaseTitle(manifest)].includes(wanted)
  }
}

function requireOneDatabase(matching: readonly StoredBackup[], which: string): void {
  const names = new Set(matching.map(({ database }) => database))
  if (names.size === 1) return
  const said = [...names].map((name) => `"${name}"`).join(', ')
  throw new OctavoError('usage', `"${which}" may be a backup of several databases: ${said}`, {
    hint: 'Name one: octavo fetch --database NAME, or github:owner/repo@latest#NAME in quotes.',
  })
}

function byInstant(a: Pick<Named, 'name'>, b: Pick<Named, 'name'>): number {
  return instantOf(a.name) < instantOf(b.name) ? -1 : 1
}

function whyNot({ error }: BrokenBackup, older: StoredBackup | undefined): OctavoError {
  if (!older) return error
  return new OctavoError(error.code, error.message, {
    cause: error,
    details: error.details,
    hint: `${error.hint} The backup before it can be had by its name: ${instantOf(older.name)}.`,
  })
}

function matcher(which: string): (backup: { readonly name: string }) => boolean {
  if (which === 'latest') return () => true
  const wanted = which.replace(/^backups\//, '').replace(/\.json$/, '')
  const instant = instantOf(wanted)
    .replace('T', '_')
    .replaceAll(':', '-')
    .replace(/(\.\d+)?Z$/, '')
  if (!/^\d{4}-\d{2}-\d{2}(_\d{2}-\d{2}(-\d{2})?)?$/.test(instant))
    throw new OctavoError('usage', `"${which}" is not a backup`, {
      hint: 'Give `latest`, a day (2026-11-22) or an instant (2026-11-22_00-17-00), in UTC.',
    })
  return ({ name }) => instantOf(name).startsWith(instant)
}

function instantOf(name: string): string {
  return name.replace(/^database_backup_/, '')
}
