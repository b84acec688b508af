import { join } from 'node:path'
import type { BackupCopy, BackupRecord } from '../../core/backups/catalog.js'
import type { BackupManifest } from '../../core/backups/manifest.js'
import { asOctavoError, OctavoError } from '../../core/errors.js'
import type { BackupRoom } from '../../jobs/backup/backup-types.js'
import { fetchArchive } from '../../jobs/backup/fetch-archive.js'
import type { Listeners } from '../../cli/actions.js'
import type { ProcessContext } from '../process-context.js'
import { findBackup } from './find-backup.js'
import { withBackupRoom } from './backup-room.js'

export interface StoredFile {
  readonly file: string
  readonly record: BackupRecord
  readonly warnings: readonly string[]
}

/**
 * Brings a kept backup into `folder`, from the first store that gives it back as its manifest has it,
 * and decrypts it. A store that does not is named in a warning.
 */
export async function fetchFromStores(
  context: ProcessContext,
  { id, folder }: { readonly id: string; readonly folder: string },
  listeners: Listeners,
): Promise<StoredFile> {
  const { signal } = listeners
  return withBackupRoom(context, { signal, readOnly: true }, async (room) => {
    const record = await findBackup(room.catalog, id)
    const { manifest, copies, unchangedFrom } = record
    if (manifest === null || copies.length === 0)
      throw new OctavoError('not-found', `no store holds the backup ${record.id}`, {
        hint:
          unchangedFrom === null
            ? 'Choose another one: `octavo list --status success`.'
            : `Its run found nothing new: take ${unchangedFrom}.`,
      })
    const warnings: string[] = []
    for (const copy of copies) {
      const file = join(folder, `${record.id}-${copy.store}`)
      try {
        return {
          file: await fetchCopy(room, { copy, manifest, file }, listeners),
          record,
          warnings,
        }
      } catch (error) {
        signal.throwIfAborted()
        const { message } = asOctavoError(error)
        warnings.push(`${copy.store} does not give it back: ${message}`)
        if (copy === copies.at(-1)) throw error
      }
    }
    throw new OctavoError('internal', 'a backup with copies has none')
  })
}

interface Wanted {
  readonly copy: BackupCopy
  readonly manifest: BackupManifest
  readonly file: string
}

async function fetchCopy(
  { stores, runJob, opening }: BackupRoom,
  { copy, manifest, file }: Wanted,
  listeners: Listeners,
): Promise<string> {
  const found = stores.find(({ store }) => store.name === copy.store)
  if (!found)
    throw new OctavoError('config-invalid', `the store "${copy.store}" is not configured any more`)
  const sealed = manifest.archive.codecs.includes('age')
  if (sealed && opening === null)
    throw new OctavoError('decrypt-failed', `the backup ${manifest.id} is encrypted`, {
      hint: 'Set AGE_IDENTITY_FILE to the file that `octavo keygen` made, or AGE_PASSPHRASE.',
    })
  await fetchArchive(found.store, manifest, { file, ...listeners })
  if (!sealed || opening === null) return file
  const out = `${file}.opened`
  await runJob('unseal', { file, out, opening }, { ...listeners, wall: 'thread' })
  return out
}
