import { OctavoError } from '../../core/errors.js'
import type { BackupRecord } from '../../core/backups/catalog.js'
import type { BackupRoom } from './backup-types.js'
import { refuseRemoval } from './refuse-removal.js'
import { removeCopy } from './remove-copy.js'
import { mayStillRun } from './run-process.js'

export interface RemoveBackupWish {
  readonly record: BackupRecord
  /** Also the newest verified one. */
  readonly force: boolean
  readonly signal: AbortSignal
  readonly onStore: (store: string) => void
}

export interface RemovedBackup {
  readonly id: string
  /** Those that it was removed from. */
  readonly stores: readonly string[]
}

/**
 * Takes a backup out of every store, and then out of the catalog. Where one of them fails, the catalog goes on to show what is left.
 */
export async function removeBackup(
  { catalog, stores, clock, logs }: BackupRoom,
  { record, force, signal, onStore }: RemoveBackupWish,
): Promise<RemovedBackup> {
  const { id } = record
  if (await mayStillRun(record, clock.now()))
    throw new OctavoError('backup-running', `the backup ${id} is being made`)
  await refuseRemoval(catalog, record, { force })
  const holding = new Set([...record.copies, ...record.leaving].map(({ store }) => store))
  const found = [...holding].map((name) => {
    const kept = stores.find(({ store }) => store.name === name)
    if (kept) return kept.store
    throw new OctavoError('not-found', `no store "${name}" is configured, which holds ${id}`, {
      hint: 'Configure it again: what it holds can not be removed otherwise.',
    })
  })
  for (const store of found) {
    signal.throwIfAborted()
    onStore(store.name)
    if (!(await removeCopy({ catalog }, { id, store, signal })))
      throw new OctavoError('backup-kept', `the backup ${id} was pinned meanwhile`)
  }
  // What could not be removed can be tried again while the catalog shows it.
  await logs.remove(id)
  await catalog.remove(id)
  return { id, stores: [...holding] }
}
