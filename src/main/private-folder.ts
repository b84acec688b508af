import { lstat, mkdir } from 'node:fs/promises'
import { OctavoError } from '../core/errors.js'

/**
 * Makes a folder that only this user reads. One that is there and belongs to another user, or is a
 * link, is refused: below a shared temporary folder anybody could have laid it.
 */
export async function makePrivateFolder(path: string): Promise<string> {
  const own = process.getuid?.()
  const made = await mkdir(path, { recursive: true, mode: 0o700 }).catch((cause: unknown) => {
    throw new OctavoError('io-failed', `the folder ${path} can not be made`, {
      cause,
      hint: 'Set SPOOL_DIR to a folder that this user may write to.',
    })
  })
  if (made !== undefined) return path
  const found = await lstat(path)
  const isOurs = found.isDirectory() && (own === undefined || found.uid === own)
  if (isOurs) return path
  throw new OctavoError('io-failed', `the folder ${path} belongs to somebody else, or is a link`, {
    hint: 'Set SPOOL_DIR to a folder of this user.',
  })
}
