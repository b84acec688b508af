import { execFileSync } from 'node:child_process'
import { openSync, closeSync } from 'node:fs'

/**
 * Brings a database through the text that the sqlite3 program writes, the way most people back one
 * up; false where the program failed on either side. A yardstick, not a judge.
 */
export function dumpRoundTrip(path: string, into: string, textFile: string): boolean {
  try {
    const out = openSync(textFile, 'w', 0o600)
    execFileSync('sqlite3', [path, '.dump'], { stdio: ['ignore', out, 'ignore'] })
    closeSync(out)
    const text = openSync(textFile, 'r')
    execFileSync('sqlite3', [into], { stdio: [text, 'ignore', 'ignore'] })
    closeSync(text)
    return true
  } catch (error) {
    if (error instanceof Error && 'status' in error) return false
    throw error
  }
}
