import { resolve } from 'node:path'
import type { Store, StoreCall } from '../core/store.js'
import type { DiskFolder } from './disk/disk-folder.js'
import { listFiles } from './disk/list-files.js'
import { onDisk } from './disk/on-disk.js'
import { putFile } from './disk/put-file.js'
import { readFile } from './disk/read-file.js'
import { removeFile } from './disk/remove-file.js'
import { requireGoing } from './stopped.js'
import { storeAt } from './store-at.js'

export interface DiskStoreOptions {
  readonly name: string
  /** Made where only its last part is missing. */
  readonly folder: string
}

/**
 * Objects as plain files of a folder (mode 0600, folders 0700), under the names that they have. It holds
 * on network mounts too, as far as they link or rename files in one step.
 */
export function diskStore({ name, folder }: DiskStoreOptions): Store {
  const root = resolve(folder)
  const place: DiskFolder = { root, shown: `disk ${root}`, local: true }
  return storeAt(name, place, {
    put: putFile,
    get: readFile,
    list: listFiles,
    remove: removeObject,
  })
}

async function removeObject(place: DiskFolder, name: string, { signal }: StoreCall): Promise<void> {
  const what = `could not remove ${name} from ${place.shown}`
  requireGoing(signal, what)
  await onDisk(what, () => removeFile(place, name))
}
