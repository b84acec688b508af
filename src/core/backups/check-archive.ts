import { hasCome, type GoodBackup } from './good-backups.js'
import type { KnownBackups } from './known-backups.js'
import type { Finding } from './notifier.js'
import { showAge } from './show-age.js'

const dayMs = 24 * 60 * 60 * 1000
/** A weekly archive, and a day for runs that start late. */
export const archiveOverdueMs = 8 * dayMs

/** The newest thing that a database can be restored from; of an archive the id is null. */
export function newestOf(
  { archivedAt }: KnownBackups,
  [newest]: readonly GoodBackup[],
  now: Date,
): { readonly id: string | null; readonly at: Date } | null {
  const kept = newest ? { id: newest.held.id, at: newest.at } : null
  if (archivedAt === null || !hasCome(archivedAt, now)) return kept
  return kept && kept.at >= archivedAt ? kept : { id: null, at: archivedAt }
}

/** The other half of the dead-man switch: the archiver ran once, and does so no more. */
export function checkArchive({ archivedAt }: KnownBackups, now: Date): Omit<Finding, 'database'>[] {
  if (archivedAt === null) return []
  const ageMs = now.getTime() - archivedAt.getTime()
  if (ageMs <= archiveOverdueMs) return []
  return [
    {
      check: 'archive-stopped',
      backup: null,
      message: `the archiver committed nothing for ${showAge(ageMs)}`,
      hint:
        'Look at the runs of its workflow: GitHub disables those of a repository where nothing happens. ' +
        'Where it was given up, remove the file `.octavo-archived.json` beside the database.',
    },
  ]
}
