import { resolve } from 'node:path'
import { requireStoreName } from '../core/store-names.js'
import type { Store } from '../core/store.js'
import type { DiskFolder } from './disk/disk-folder.js'
import { listFiles } from './disk/list-files.js'
import { onDisk } from './disk/on-disk.js'
import { putFile } from './disk/put-file.js'
import { readFile } from './disk/read-file.js'
import { removeFile } from './disk/remove-file.js'
import { requireGoing } from './stopped.js'

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
  const place: DiskFolder = { root, shown: `disk ${root}` }
  return {
    name,
    shown: place.shown,
    local: true,
    put: async (object, source, call = {}) => {
      requireStoreName(object)
      await putFile(place, object, source, call)
    },
    get: async function* (object, call = {}) {
      requireStoreName(object)
      yield* readFile(place, object, call)
    },
    list: (prefix, call = {}) => listFiles(place, prefix, call),
    remove: async (object, { signal } = {}) => {
      requireStoreName(object)
      const what = `could not remove ${object} from ${place.shown}`
      requireGoing(signal, what)
      await onDisk(what, () => removeFile(place, object))
    },
    close: () => Promise.resolve(),
  }
}
