import { OctavoError } from '../../core/errors.js'

const ownBeginnings = ['DATABASE_URL_PROD not set', 'Export seems empty', '--db-type ']

/** Begins the errors of `--db-type` with the words that people know who search their logs for them. */
export async function sayingBackupFailed<T>(isTyped: boolean, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!isTyped || !(error instanceof OctavoError) || error.code === 'aborted') throw error
    const { code, message, hint, details } = error
    if (ownBeginnings.some((beginning) => message.startsWith(beginning))) throw error
    throw new OctavoError(code, `Backup failed: ${message}`, { cause: error, hint, details })
  }
}
