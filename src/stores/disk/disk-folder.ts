import type { Stats } from 'node:fs'
import { lstat, mkdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { OctavoError } from '../../core/errors.js'
import { syncFolder } from '../../core/files/durable-file.js'
import { failedWith, isMissing } from '../../core/files/file-failure.js'

/** The folder of a disk store, which may be a link to one; what is in it may not. */
export interface DiskFolder {
  readonly root: string
  /** `disk /srv/backups`. */
  readonly shown: string
  readonly local: true
}

/**
 * Makes the folder of the store where only its last part is missing. Where more is missing, a disk is
 * not mounted or a path mistyped, and a new empty folder would hide that.
 */
export async function requireRoot({ root, shown }: DiskFolder): Promise<void> {
  const found = await orNull(stat(root))
  if (found?.isDirectory()) return
  if (found !== null) throw refused(`${shown} is not a folder`)
  if ((await orNull(stat(dirname(root)))) === null)
    throw refused(`${shown} is not there, nor is ${dirname(root)}`)
  await makeFolder(root)
}

/**
 * The folder that an object of these parts is in; null where it is not there. Throws `store-refused`
 * where the way leads through a symbolic link: it may lead out of the store.
 */
export async function folderOf(
  { root, shown }: DiskFolder,
  parts: readonly string[],
): Promise<string | null> {
  let folder = root
  for (const part of parts.slice(0, -1)) {
    folder = join(folder, part)
    const found = await orNull(lstat(folder))
    if (found?.isSymbolicLink())
      throw refused(`${folder} in ${shown} is a symbolic link, which may lead out of the store`)
    if (!found?.isDirectory()) return null
  }
  return folder
}

/** Makes that folder where it is missing. `store-taken` where a file has the name of one. */
export async function makeFoldersOf(place: DiskFolder, parts: readonly string[]): Promise<void> {
  for (let count = 2; count <= parts.length; count += 1) {
    const above = parts.slice(0, count)
    if ((await folderOf(place, above)) === null)
      await makeFolder(join(place.root, ...above.slice(0, -1)))
  }
}

async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 })
  } catch (error) {
    if (!failedWith(error, 'EEXIST')) throw error
    if ((await orNull(lstat(path)))?.isFile())
      throw new OctavoError('store-taken', `${path} is a file, and no folder can be there`, {
        hint: 'Give the backup a name of which no object has the beginning.',
      })
  }
  await syncFolder(dirname(path))
}

/** Null where there is no such file or folder. */
export async function orNull(asked: Promise<Stats>): Promise<Stats | null> {
  try {
    return await asked
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}

function refused(message: string): OctavoError {
  return new OctavoError('store-refused', message, {
    hint: 'Check the path of the store, and that the disk which holds it is mounted.',
  })
}
