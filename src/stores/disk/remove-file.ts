import { lstat, rmdir, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { syncFolder } from '../../core/files/durable-file.js'
import { failedWith, isMissing } from '../../core/files/file-failure.js'
import { folderOf, orNull, requireRoot, type DiskFolder } from './disk-folder.js'

/** Removes a plain file, and the folders that it leaves empty. What else has the name is no object. */
export async function removeFile(place: DiskFolder, name: string): Promise<void> {
  await requireRoot(place)
  const parts = name.split('/')
  const folder = await folderOf(place, parts)
  if (folder === null) return
  const path = join(folder, parts.at(-1) ?? '')
  if ((await orNull(lstat(path)))?.isFile()) await unlessGone(() => unlink(path))
  await unlessGone(() => syncFolder(folder))
  await removeEmpty(place, folder)
}

async function removeEmpty({ root }: DiskFolder, folder: string): Promise<void> {
  for (let path = folder; path !== root; path = dirname(path))
    try {
      await rmdir(path)
    } catch (error) {
      if (failedWith(error, 'ENOTEMPTY', 'EEXIST', 'EBUSY')) return
      if (!isMissing(error)) throw error
    }
}

async function unlessGone(ask: () => Promise<void>): Promise<void> {
  try {
    await ask()
  } catch (error) {
    if (!isMissing(error)) throw error
  }
}
