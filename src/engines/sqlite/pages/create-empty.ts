import { open } from 'node:fs/promises'
import { messageOf } from '../../../core/message-of.js'
import { OctavoError } from '../../../core/errors.js'

/** Makes a new file of mode 0600, for a copy that keeps the mode of what is there. */
export async function createEmpty(path: string): Promise<void> {
  try {
    await (await open(path, 'wx', 0o600)).close()
  } catch (error) {
    const reason = messageOf(error)
    throw new OctavoError('io-failed', `${path} could not be made: ${reason}`, { cause: error })
  }
}
