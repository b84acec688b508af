import { randomBytes } from 'node:crypto'
import { compactInstant } from '../names.js'

/** The newest backup, in place of an id. */
export const newestBackup = 'latest'

/** Whether a person means a kept backup, by its id or the beginning of it, and not a file. */
export function isBackupId(text: string): boolean {
  return text === newestBackup || /^\d{8}T\d{6}Z(-[0-9a-f]{0,6})?$/.test(text)
}

/**
 * A new id, as `backupIdPattern` has it: the second of `at` in UTC, which sorts and is read by people,
 * and three random bytes, since two backups may be of one second.
 */
export function newBackupId(
  at: Date,
  random: (size: number) => Uint8Array = (size) => randomBytes(size),
): string {
  return `${compactInstant(at)}-${Buffer.from(random(3)).toString('hex')}`
}
