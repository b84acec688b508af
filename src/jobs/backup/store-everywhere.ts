import type { BackupCopy } from '../../core/backups/catalog.js'
import type { BackupManifest } from '../../core/backups/manifest.js'
import { provesRestore, type Verification } from '../../core/backups/verification.js'
import { asOctavoError } from '../../core/errors.js'
import type { BackupRequest, BackupRoom } from './backup-types.js'
import type { PackedArchive } from './make-archive.js'
import { notProved, type FailedStore } from './not-proved.js'
import type { RunLog } from './run-log.js'
import { storeBackup } from './store-backup.js'
import { verifyCopy } from './verify-copy.js'

export interface FinishedArchive {
  readonly manifest: BackupManifest
  readonly packed: PackedArchive
  readonly base: string
  readonly log: RunLog
}

/**
 * Puts an archive into every store, and proves it by what each gives back. A store that fails does not
 * keep the backup from the others; it is thrown all the same, and the run has failed.
 */
export async function storeEverywhere(
  room: BackupRoom,
  request: BackupRequest,
  { manifest, packed, base, log }: FinishedArchive,
): Promise<void> {
  const copies: BackupCopy[] = []
  const failed: FailedStore[] = []
  const { signal, onProgress } = request
  for (const { store } of room.stores) {
    try {
      const stored = { file: packed.file, base, manifest }
      const copy = await storeBackup(store, stored, { signal, onProgress })
      copies.push(copy)
      await noteCopy(room, manifest.id, copy)
      log.stored(store.shown)
      const { opening } = packed
      const wanted = { store, copy, manifest, opening, expect: [], signal, onProgress }
      const verification = await verifyCopy(room, wanted)
      await noteCopy(room, manifest.id, { ...copy, verification })
      log.verified(store.shown, verdictWords(verification, manifest))
    } catch (error) {
      signal.throwIfAborted()
      const fault = asOctavoError(error)
      log.notProved(store.shown, `${fault.message} (${fault.code})`)
      failed.push({ store: store.name, error: fault })
    }
  }
  const [first, ...others] = failed
  if (first !== undefined) throw notProved('the backup', [first, ...others], copies)
}

/** In the place of what was noted of that store before. */
async function noteCopy({ catalog }: BackupRoom, id: string, copy: BackupCopy): Promise<void> {
  await catalog.update(id, ({ copies }) => ({
    copies: [...copies.filter(({ store }) => store !== copy.store), copy],
  }))
}

function verdictWords(verification: Verification, { records }: BackupManifest): string {
  if (provesRestore(verification)) return `restored and compared, ${records} records`
  return 'its bytes are right; it is encrypted, and was not restored'
}
