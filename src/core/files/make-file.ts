import { closeSync, openSync } from 'node:fs'
import { failedWith } from './file-failure.js'

/**
 * Makes an empty file of mode 0600, unless one is there; SQLite gives the same mode to its journal. One
 * that is there is not opened: closing it would drop the locks that this process holds on it.
 */
export function makeFile(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600))
  } catch (error) {
    if (!failedWith(error, 'EEXIST')) throw error
  }
}
