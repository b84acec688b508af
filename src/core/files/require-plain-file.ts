import type { Stats } from 'node:fs'
import { stat } from 'node:fs/promises'
import { OctavoError } from '../errors.js'

/** What a process has open, not what is on a disk: in the child that reads it, it is something else. */
const openFiles = /^\/(dev\/stdin$|dev\/fd\/|proc\/(self|thread-self|\d+)\/fd\/)/

/**
 * Throws `usage` where `path` can't be read as often as a backup is read, from any place: a pipe, a
 * socket, a device, the standard input. To be called before it is opened: to open a named pipe waits
 * for its writer, for ever. A folder is `not-found`; what can't be looked at is left to the opening.
 */
export async function requirePlainFile(path: string): Promise<void> {
  if (openFiles.test(path)) throw notPlain(path, 'a stream of another program')
  const found = await stat(path).catch(() => null)
  if (found === null || found.isFile()) return
  if (!found.isDirectory()) throw notPlain(path, kindOf(found))
  throw new OctavoError('not-found', `${path} is a folder, not a file`, {
    hint: 'Name the file in it.',
  })
}

function kindOf(found: Stats): string {
  return found.isFIFO() ? 'a named pipe' : found.isSocket() ? 'a socket' : 'a device'
}

function notPlain(path: string, kind: string): OctavoError {
  return new OctavoError('usage', `${path} is ${kind}, and a backup is read from a file`, {
    hint: 'Save the backup to a file first, then name that file.',
  })
}
