import { newestBackup } from '../../core/backups/backup-id.js'
import type { BackupRecord, Catalog } from '../../core/backups/catalog.js'
import { OctavoError } from '../../core/errors.js'

/** A backup by its id, by the beginning of it, or `latest`: the newest one that a store holds. */
export async function findBackup(catalog: Catalog, wanted: string): Promise<BackupRecord> {
  if (wanted !== newestBackup) return catalog.find(wanted)
  const kept = (await catalog.list({ status: 'success' })).filter(({ copies }) => copies.length > 0)
  const names = new Set(kept.map(({ database }) => database))
  const [newest] = kept
  if (newest && names.size === 1) return newest
  if (newest)
    throw new OctavoError('usage', `"latest" may be of ${[...names].join(', ')}`, {
      hint: 'Give an id: `octavo list --database NAME` shows them.',
    })
  throw new OctavoError('not-found', 'no store holds a backup', {
    hint: '`octavo backup` makes the first one; `octavo catalog rebuild` finds those in the stores.',
  })
}
