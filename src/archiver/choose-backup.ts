import { OctavoError } from '../core/errors.js'
import { newestFirst } from '../core/retention/keep-newest.js'
import type { BrokenBackup, StoredBackup, StoredBackups } from './read-backups.js'

const listed = 20

/**
 * The backup that `which` means: the newest one (`latest`), the newest one of a day (`2026-11-22`),
 * or the one of an instant, written as in a file name or as ISO 8601. Days and instants are in UTC.
 * Where the one meant is broken, its error says what is missing or altered: an older one is never
 * taken in its place without a word.
 */
export function chooseBackup(
  { backups, broken }: Pick<StoredBackups, 'backups' | 'broken'>,
  { which, database }: { readonly which: string; readonly database?: string | undefined },
): StoredBackup {
  const sorted = newestFirst(backups).filter(
    ({ manifest }) => database === undefined || manifest.database.name === database,
  )
  const matches = matcher(which)
  const chosen = sorted.find(matches)
  const unusable = broken.filter(matches).toSorted(byInstant).at(-1)
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
