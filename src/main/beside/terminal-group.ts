import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** What a terminal sends by itself, for its keys and its size, to every process in its foreground. */
const ofTerminals: ReadonlySet<NodeJS.Signals> = new Set(['SIGINT', 'SIGQUIT', 'SIGWINCH'])

/**
 * Whether a signal that came to us came from the terminal, and so to the app in our process group as
 * well. Who sent it is not told; a terminal sends these only to its foreground.
 */
export function cameFromTerminal(name: NodeJS.Signals): boolean {
  return ofTerminals.has(name) && inForeground()
}

function inForeground(): boolean {
  try {
    const [ours, foreground] = process.platform === 'linux' ? groupsFromProc() : groupsFromPs()
    return ours !== undefined && ours === foreground
  } catch {
    // Passed on once too often is better than not at all: it may be what ends the app.
    return false
  }
}

/** Our process group, and the one in the foreground of our terminal. */
type Groups = readonly (string | undefined)[]

/** proc(5): fields 5 and 8; the name in field 2 may hold spaces and brackets. -1: no terminal. */
function groupsFromProc(): Groups {
  const text = readFileSync('/proc/self/stat', 'latin1')
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return [fields[2], fields[5]]
}

/** Where there is no /proc (macOS). Without a terminal the foreground is no group: 0. */
function groupsFromPs(): Groups {
  const words = ['-o', 'pgid=', '-o', 'tpgid=', '-p', String(process.pid)]
  const stdio = ['ignore', 'pipe', 'ignore'] as const
  return execFileSync('/bin/ps', words, { encoding: 'utf8', timeout: 2_000, stdio: [...stdio] })
    .trim()
    .split(/\s+/)
}
