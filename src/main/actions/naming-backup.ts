import { OctavoError } from '../../core/errors.js'
import { namesPath } from './names-path.js'
import type { BackupFile } from '../fetched-backups.js'

/**
 * Puts the name of the backup before an error that does not say which file it is about, as errors from
 * deep within a document don't. `others` are paths of what else the job works on. A backup that was
 * fetched is called by its address: its path is gone when anybody reads of it.
 */
export async function namingBackup<T>(
  { file, shown }: Pick<BackupFile, 'file' | 'shown'>,
  job: Promise<T>,
  others: readonly string[] = [],
): Promise<T> {
  try {
    return await job
  } catch (error) {
    if (!(error instanceof OctavoError) || error.code === 'aborted') throw error
    const { code, hint, details } = error
    const message = error.message.replaceAll(file, shown)
    const names = [shown, ...others].some((path) => namesPath(message, path))
    if (names && message === error.message) throw error
    const named = names ? message : `${shown}: ${message}`
    throw new OctavoError(code, named, { cause: error, hint, details })
  }
}
