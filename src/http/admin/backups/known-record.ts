import type { BackupRecord } from '../../../core/backups/catalog.js'
import { OctavoError } from '../../../core/errors.js'
import type { BackupShelf } from '../../backups/backup-desk.js'

/** A backup that a page is about. */
export async function knownRecord(shelf: BackupShelf, id: string): Promise<BackupRecord> {
  const record = await shelf.get(id)
  if (record) return record
  throw new OctavoError('not-found', `there is no backup ${id}`, {
    hint: 'Look for it in the backup history: it may have been removed.',
  })
}

/** One that a store holds, for what needs its bytes. */
export async function heldRecord(shelf: BackupShelf, id: string): Promise<BackupRecord> {
  const record = await knownRecord(shelf, id)
  if (record.manifest !== null && record.copies.length > 0) return record
  const { unchangedFrom } = record
  throw new OctavoError('not-found', `no store holds the backup ${id}`, {
    hint:
      unchangedFrom === null
        ? 'Choose another one in the backup history.'
        : `Its run found nothing new: take ${unchangedFrom}.`,
  })
}
