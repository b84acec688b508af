import { baseOfManifest, objectNames } from '../../core/backups/archive-names.js'
import type { BackupRecord, Catalog } from '../../core/backups/catalog.js'
import { OctavoError } from '../../core/errors.js'
import type { Store } from '../../core/store.js'
import { textSource } from './store-backup.js'

export interface PinWish {
  readonly record: BackupRecord
  readonly pinned: boolean
  /** The store of that name; throws where it is not configured. */
  readonly storeOf: (name: string) => Store
  readonly signal: AbortSignal
}

/** The pin stands in every store that holds the backup, so that a lost catalog does not lose it. */
export async function setPin(
  catalog: Catalog,
  { record: { id, copies, status }, pinned, storeOf, signal }: PinWish,
): Promise<BackupRecord> {
  if (copies.length === 0)
    throw new OctavoError('not-found', `no store holds ${id}: it is ${status}, and can't be pinned`)
  for (const { store } of copies) storeOf(store)
  let held = copies
  await catalog.update(id, (now) => {
    held = now.copies
    if (held.length === 0)
      throw new OctavoError('not-found', `the backup ${id} was removed meanwhile`)
    return { pinned }
  })
  for (const { store: name, manifestName } of held) {
    const store = storeOf(name)
    const pin = objectNames.pin(baseOfManifest(manifestName) ?? manifestName)
    await store.remove(pin, { signal })
    if (pinned)
      await store.put(pin, textSource(`${JSON.stringify({ octavo_pin: 1, id })}\n`), { signal })
  }
  return await catalog.find(id)
}
