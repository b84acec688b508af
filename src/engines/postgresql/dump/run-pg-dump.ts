import { execFile } from 'node:child_process'
import { OctavoError } from '../../../core/errors.js'
import { parseServerAddress } from '../../../core/server-address.js'
import type { ServerPlace } from '../connection/open-session.js'
import { requireOwnSession } from '../connection/pooled-address.js'
import { connectionText } from './connection-text.js'
import type { Program } from './find-program.js'

export interface RunPgDump {
  readonly program: Program
  readonly place: ServerPlace
  /** What is wanted of it. */
  readonly wishes: readonly string[]
  /** What pg_export_snapshot gave. */
  readonly snapshotId: string
  readonly lockTimeoutMs: number
  readonly signal?: AbortSignal | undefined
}

/** As much as a document may hold before its records. */
const mostBytes = 64 * 1024 * 1024

/** What belongs to a server and its people, and not to a database, is left to them. */
const usualArguments = [
  '--no-password',
  '--no-owner',
  '--no-privileges',
  '--no-tablespaces',
  '--no-security-labels',
  '--no-subscriptions',
  '--encoding=UTF8',
]

/**
 * Runs pg_dump on a snapshot, and gives what it writes to its output. The password goes by the environment: what
 * stands among the arguments can be read by everybody on the machine.
 */
export async function runPgDump(options: RunPgDump): Promise<string> {
  const { program, place, wishes, snapshotId, lockTimeoutMs, signal } = options
  requireOwnSession(place)
  const address = parseServerAddress(place.url)
  const args = [
    ...usualArguments,
    ...wishes,
    `--snapshot=${snapshotId}`,
    `--lock-wait-timeout=${lockTimeoutMs}`,
    `--dbname=${connectionText(address)}`,
  ]
  const env = { LC_ALL: 'C', ...(address.password && { PGPASSWORD: address.password }) }
  return await new Promise((resolve, reject) => {
    const given = { env, maxBuffer: mostBytes, ...(signal && { signal }) }
    execFile(program.path, args, given, (error, stdout, stderr) => {
      if (error === null) resolve(stdout)
      else reject(failure(error, place.shown, withoutSecret(stderr, address.password)))
    })
  })
}

function failure(error: Error, shown: string, stderr: string): OctavoError {
  if (error.name === 'AbortError')
    return new OctavoError('aborted', 'the job was stopped before it ended', { cause: error })
  if ('code' in error && error.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER')
    return new OctavoError('value-too-large', 'the schema is larger than a document may hold', {
      hint: 'Use pg_dump for this database.',
    })
  // The error of Node quotes the whole command line: what the program said is better.
  const said = stderr.trim() || 'it said nothing'
  if (/No space left on device|Disk quota exceeded/.test(said))
    return new OctavoError('space-short', `pg_dump could not write: ${said}`)
  return new OctavoError('database-refused', `pg_dump could not read ${shown}: ${said}`, {
    hint: 'The user of the address needs the rights of docs/postgresql.md on every table.',
  })
}

function withoutSecret(text: string, password: string): string {
  return password === '' ? text : text.replaceAll(password, '***')
}
