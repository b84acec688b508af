import { lstat, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { failedWith, isMissing } from '../../../core/files/file-failure.js'
import { OctavoError } from '../../../core/errors.js'
import { moveIntoEmptyPlace, syncFolder } from '../../../core/files/durable-file.js'
import { fileInstant } from '../../../core/names.js'

/**
 * Puts a finished database where no file is. What an earlier one left there is moved aside and that
 * made durable first: SQLite would play an old `-wal` or `-journal` over the new file. The order must
 * not change. Gives the names of what was moved.
 */
export async function placeNewDatabase(built: string, target: string, at: Date): Promise<string[]> {
  const moved: string[] = []
  for (const suffix of ['-wal', '-shm', '-journal']) {
    const stale = `${target}${suffix}`
    if (!(await exists(stale))) continue
    const aside = await freeName(`${stale}.stale-${fileInstant(at)}`)
    await rename(stale, aside)
    moved.push(aside)
  }
  await syncFolder(dirname(target))
  try {
    await moveIntoEmptyPlace(built, target)
  } catch (error) {
    if (!failedWith(error, 'EEXIST')) throw error
    throw new OctavoError('target-changed', `a file appeared at ${target} during the restore`, {
      cause: error,
    })
  }
  return moved
}

async function freeName(wanted: string): Promise<string> {
  let name = wanted
  for (let number = 1; await exists(name); number += 1) name = `${wanted}_${number}`
  return name
}

export async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path)
    return true
  } catch (error) {
    if (isMissing(error)) return false
    throw error
  }
}
