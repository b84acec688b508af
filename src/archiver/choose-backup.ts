import { OctavoError } from '../core/errors.js'
import { newestFirst } from '../core/retention/keep-newest.js'
import type { Manifest } from './manifest.js'
import type { BrokenBackup, StoredBackup, StoredBackups } from './read-backups.js'
import { databaseTitle } from './series.js'

const listed = 20

/** Which backup is meant. */
export interface Wish {
  readonly which: string
  /** The name of its database, as the table of the branch has it: with its label or without. */
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
  const sorted = newestFirst(backups).filter((backup) => isOf(backup, database))
  const matches = matcher(which)
  const [chosen, ...others] = sorted.filter(matches)
  if (chosen) requireOneDatabase([chosen, ...others], which)
  const unusable = broken
    .filter((one) => isOf(one, database) && matches(one))
    .toSorted(byInstant)
    .at(-1)
  if (unusable && (!chosen || byInstant(unusable, chosen) > 0)) throw whyNot(unusable, chosen)
  if (chosen) return chosen
  const of = database === undefined ? '' : ` of the database "${database}"`
  if (sorted.length === 0)
    throw new OctavoError('not-found', `the branch holds no backup${of}`, {
      hint: '`octavo archive` makes the first one.',
    })
  const names = sorted.slice(0, listed).map(({ name }) => instantOf(name))
  const more = sorted.length > listed ? `, and ${sorted.length - listed} older ones` : ''
  throw new OctavoError('not-found', `there is no backup${of} for "${which}"`, {
    hint: `There is: ${names.join(', ')}${more}. Give a day (2026-11-22) or one of these.`,
  })
}

/** What can't be read may be of any database. */
function isOf(
  { manifest, database }: { readonly manifest: Manifest | null; readonly database?: string },
  wanted: string | undefined,
): boolean {
  if (wanted === undefined || manifest === null) return true
  return [manifest.database.name, databaseTitle(manifest), database].includes(wanted)
}

function requireOneDatabase(matching: readonly StoredBackup[], which: string): void {
  const names = new Set(matching.map(({ database }) => database))
  if (names.size === 1) return
  const said = [...names].map((name) => `"${name}"`).join(', ')
  throw new OctavoError('usage', `"${which}" may be a backup of several databases: ${said}`, {
    hint: 'Name one: octavo fetch --database NAME, or github:owner/repo@latest#NAME in quotes.',
  })
}

interface Named {
  readonly name: string
}

function byInstant(a: Named, b: Named): number {
  return instantOf(a.name) < instantOf(b.name) ? -1 : 1
}

function whyNot({ error }: BrokenBackup, older: Named | undefined): OctavoError {
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
