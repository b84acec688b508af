import { lstat, realpath } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { OctavoError } from '../../core/errors.js'
import { isMissing } from '../../core/files/file-failure.js'

/**
 * The path behind links: SQLite keeps `-wal` and `-shm` beside the real file, so the safety copies
 * and the work folder belong there too. A file that is not there yet has the path of its folder.
 */
export async function realPathOf(path: string): Promise<string> {
  try {
    return await realpath(path)
  } catch (error) {
    if (!isMissing(error)) throw error
    if (await isLink(path))
      throw new OctavoError('database-not-found', `${path} is a link to a file that is not there`, {
        cause: error,
        hint: 'Restore into the path that the link leads to.',
      })
    return join(await realFolder(dirname(path)), basename(path))
  }
}

async function isLink(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isSymbolicLink()
  } catch (error) {
    if (isMissing(error)) return false
    throw error
  }
}

async function realFolder(folder: string): Promise<string> {
  try {
    return await realpath(folder)
  } catch (error) {
    if (!isMissing(error)) throw error
    throw new OctavoError('database-not-found', `the folder ${folder} does not exist`, {
      cause: error,
      hint: 'Check the path, and that the disk which holds it is mounted.',
    })
  }
}
