import { OctavoError } from '../../core/errors.js'
import { failedWith } from '../../core/files/file-failure.js'
import { messageOf } from '../../core/message-of.js'

/** Names what a file call of the store failed with; errors of ours pass as they are. */
export async function onDisk<T>(what: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    throw error instanceof OctavoError ? error : diskFault(error, what)
  }
}

function diskFault(cause: unknown, what: string): OctavoError {
  const message = `${what}: ${messageOf(cause)}`
  if (failedWith(cause, 'ENOSPC', 'EDQUOT'))
    return new OctavoError('space-short', message, {
      cause,
      hint: 'Free some space there, or keep fewer backups.',
    })
  if (failedWith(cause, 'EACCES', 'EPERM', 'EROFS'))
    return new OctavoError('store-refused', message, {
      cause,
      hint: 'Let the user that Octavo runs as read and write the folder of the store.',
    })
  return new OctavoError('store-failed', message, {
    cause,
    hint: 'Look at the disk and at the system log, then try again.',
  })
}
