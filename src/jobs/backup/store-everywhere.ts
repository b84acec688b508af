import type { BackupCopy } from '../../core/backups/catalog.js'
import type { BackupManifest } from '../../core/backups/manifest.js'
import { provesRestore, type Verification } from '../../core/backups/verification.js'
import { asOctavoError, OctavoError } from '../../core/errors.js'
import type { BackupRequest, BackupRoom } from './backup-types.js'
import type { PackedArchive } from './make-archive.js'
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
  const faults: { readonly store: string; readonly error: OctavoError }[] = []
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
      faults.push({ store: store.name, error: asOctavoError(error) })
    }
  }
  const [first] = faults
  if (first === undefined) return
  const also = copies.length > 0 ? `; it is in ${copies.map(({ store }) => store).join(', ')}` : ''
  throw new OctavoError(
    first.error.code,
    `the backup is not proved in ${faults.map(({ store }) => store).join(', ')}${also}: ${first.error.message}`,
    { cause: first.error, hint: first.error.hint, details: first.error.details },
  )
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
