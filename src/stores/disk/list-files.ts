import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { isMissing } from '../../core/files/file-failure.js'
import { isStoreName } from '../../core/store-names.js'
import type { StoreCall, StoredObject } from '../../core/store.js'
import { requireGoing } from '../stopped.js'
import { orNull, requireRoot, type DiskFolder } from './disk-folder.js'
import { onDisk } from './on-disk.js'

/** Every plain file whose name is one of ours and begins with `prefix`. Links are not followed. */
export async function* listFiles(
  place: DiskFolder,
  prefix: string,
  { signal }: StoreCall,
): AsyncGenerator<StoredObject> {
  const what = `could not list ${place.shown}`
  await onDisk(what, () => requireRoot(place))
  yield* listFolder(place.root, '')

  async function* listFolder(folder: string, above: string): AsyncGenerator<StoredObject> {
    for (const entry of await onDisk(what, () => entriesOf(folder))) {
      requireGoing(signal, what)
      const name = above + entry.name
      if (!isStoreName(name)) continue
      const path = join(folder, entry.name)
      if (entry.isDirectory() && mayHold(`${name}/`, prefix)) yield* listFolder(path, `${name}/`)
      if (!entry.isFile() || !name.startsWith(prefix)) continue
      const found = await onDisk(what, () => orNull(lstat(path)))
      if (found?.isFile()) yield { name, size: found.size }
    }
  }
}

function mayHold(folder: string, prefix: string): boolean {
  return folder.startsWith(prefix) || prefix.startsWith(folder)
}

/** None of a folder that was removed meanwhile. */
async function entriesOf(folder: string) {
  try {
    return await readdir(folder, { withFileTypes: true })
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
}
