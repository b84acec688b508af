import { randomBytes } from 'node:crypto'
import { link, lstat, open, rename, rm, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { failedWith } from './file-failure.js'

/** Makes a folder's entries durable: a rename or removal counts only after this. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

export async function syncFile(path: string): Promise<void> {
  const handle = await open(path, 'r+')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** A name beside `path` that no other writer uses: on the same file system, so that rename is atomic. */
export function besideName(path: string): string {
  return join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.part`)
}

/**
 * Puts a finished file in the place of `path`, replacing what is there. The order must not change:
 * file synced, renamed, folder synced.
 */
export async function moveIntoPlace(finished: string, path: string): Promise<void> {
  await syncFile(finished)
  await rename(finished, path)
  await syncFolder(dirname(path))
}

/**
 * Like `moveIntoPlace`, but fails with EEXIST and changes nothing where `path` exists. `linkFile` is
 * for tests of file systems that this machine does not have.
 */
export async function moveIntoEmptyPlace(
  finished: string,
  path: string,
  linkFile: typeof link = link,
): Promise<void> {
  await syncFile(finished)
  try {
    await linkFile(finished, path)
  } catch (error) {
    if (!isWithoutLinks(error)) throw error
    return await moveOverPlaceholder(finished, path)
  }
  await syncFolder(dirname(path))
  await unlink(finished)
  await syncFolder(dirname(path))
}

/** Some file systems know no second name for a file (vfat, some network mounts). */
function isWithoutLinks(error: unknown): boolean {
  return failedWith(error, 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK')
}

/** An empty file takes the place first, which fails where there is one; only that is replaced. */
async function moveOverPlaceholder(finished: string, path: string): Promise<void> {
  await (await open(path, 'wx', 0o600)).close()
  try {
    await rename(finished, path)
  } catch (error) {
    await removePlaceholder(path)
    throw error
  }
  await syncFolder(dirname(path))
}

/** What others may have put there meanwhile is not empty, and stays. */
async function removePlaceholder(path: string): Promise<void> {
  const found = await lstat(path).catch(() => null)
  if (found?.isFile() && found.size === 0) await rm(path, { force: true })
}

/** Writes a small file whole or not at all, mode 0600. */
export async function writeDurably(path: string, content: string | Uint8Array): Promise<void> {
  const beside = besideName(path)
  try {
    const handle = await open(beside, 'wx', 0o600)
    try {
      await handle.writeFile(content)
    } finally {
      await handle.close()
    }
    await moveIntoPlace(beside, path)
  } catch (error) {
    await rm(beside, { force: true })
    throw error
  }
}
