import { stat } from 'node:fs/promises'
import { messageOf } from '../../../core/message-of.js'
import { isMissing } from '../../../core/files/file-failure.js'
import { OctavoError } from '../../../core/errors.js'

/**
 * Throws unless a file with content is there. It only asks for the file's status: opening and closing
 * it here would drop the locks that SQLite holds on it in this process.
 */
export async function requireDatabaseFile(path: string): Promise<void> {
  if (path === '') throw new OctavoError('database-unnamed', 'no database was named')
  const found = await statusOf(path)
  if (!found.isFile())
    throw new OctavoError('not-a-database', `${path} is not a file, so it is no SQLite database`)
  if (found.size === 0)
    throw new OctavoError('database-empty', `the database file ${path} is empty`)
}

async function statusOf(path: string): ReturnType<typeof stat> {
  try {
    return await stat(path)
  } catch (error) {
    if (isMissing(error))
      throw new OctavoError('database-not-found', `there is no database file at ${path}`, {
        cause: error,
      })
    const reason = messageOf(error)
    throw new OctavoError('io-failed', `the database file ${path} could not be found: ${reason}`, {
      cause: error,
    })
  }
}
