import { execFile } from 'node:child_process'
import { OctavoError } from '../../../core/errors.js'
import { parseServerAddress, type ServerAddress } from '../../../core/server-address.js'
import type { Program } from './find-program.js'

export type Section = 'pre-data' | 'post-data'

export interface RunPgDump {
  readonly program: Program
  readonly url: string
  readonly shown: string
  readonly section: Section
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
 * The output of pg_dump for one section of the schema. The password goes by the environment: what
 * stands among the arguments can be read by everybody on the machine.
 */
export function runPgDump(options: RunPgDump): Promise<string> {
  const { program, url, shown, section, snapshotId, lockTimeoutMs, signal } = options
  const address = parseServerAddress(url)
  const args = [
    ...usualArguments,
    `--section=${section}`,
    `--snapshot=${snapshotId}`,
    `--lock-wait-timeout=${lockTimeoutMs}`,
    `--dbname=${connectionText(address)}`,
  ]
  const env = { LC_ALL: 'C', ...(address.password && { PGPASSWORD: address.password }) }
  return new Promise((resolve, reject) => {
    const given = { env, maxBuffer: mostBytes, ...(signal && { signal }) }
    execFile(program.path, args, given, (error, stdout, stderr) => {
      if (error === null) resolve(stdout)
      else reject(failure(error, shown, withoutSecret(stderr, address.password)))
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
  return new OctavoError('database-refused', `pg_dump could not read ${shown}: ${said}`, {
    hint: 'The user of the address needs the rights of docs/postgresql.md on every table.',
  })
}

function withoutSecret(text: string, password: string): string {
  return password === '' ? text : text.replaceAll(password, '***')
}

/** Without the password. What is not given stays as pg_dump has it. */
function connectionText(address: ServerAddress): string {
  const { host, port, user, database, sslMode, rootCert, clientCert, clientKey } = address
  const parts: readonly (readonly [string, string | undefined])[] = [
    ['host', host],
    ['port', String(port)],
    ['user', user],
    ['dbname', database],
    ['sslmode', sslMode],
    ['sslrootcert', rootCert],
    ['sslcert', clientCert],
    ['sslkey', clientKey],
    ['connect_timeout', '20'],
  ]
  return parts
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${quoteValue(value)}`]))
    .join(' ')
}

function quoteValue(value: string): string {
  return `'${value.replace(/[\\']/g, '\\$&')}'`
}
