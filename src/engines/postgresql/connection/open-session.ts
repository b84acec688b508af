import pg from 'pg'
import { OctavoError } from '../../../core/errors.js'
import { messageOf } from '../../../core/message-of.js'
import { connectFailure } from './connect-failure.js'
import { parseServerAddress, type ServerAddress } from '../../../core/server-address.js'
import { codeOf } from './server-error.js'
import { Session } from './session.js'
import { tlsOptions } from './tls-options.js'

/** A database as it is configured: `shown` is its address without the password. */
export interface ServerPlace {
  readonly url: string
  readonly shown: string
}

export interface SessionOptions {
  readonly signal?: AbortSignal | undefined
  /** How long to wait for locks, in milliseconds. */
  readonly lockTimeoutMs?: number | undefined
  /** Another database of the same server. */
  readonly database?: string
}

const connectTimeoutMs = 20_000
const defaultLockTimeoutMs = 30_000
const oldestVersion = 130_000

/** Connects, and refuses a server that is older than PostgreSQL 13. */
export async function openSession(
  { url, shown }: ServerPlace,
  options: SessionOptions = {},
): Promise<Session> {
  const { signal, lockTimeoutMs = defaultLockTimeoutMs } = options
  signal?.throwIfAborted()
  const parsed = parseServerAddress(url)
  const address = { ...parsed, database: options.database ?? parsed.database }
  const client = await connect(address, shown)
  try {
    const facts = await client.query<{ number: string; version: string; encoding: string }>(
      `SELECT current_setting('server_version_num') AS number,
              split_part(current_setting('server_version'), ' ', 1) AS version,
              current_setting('server_encoding') AS encoding`,
    )
    const { number = '0', version = '', encoding = '' } = facts.rows[0] ?? {}
    requireVersion(Number(number), version, shown)
    const versionNumber = Number(number)
    return new Session({ client, shown, versionNumber, version, encoding, lockTimeoutMs, signal })
  } catch (error) {
    await client.end().catch(() => undefined)
    throw connectFailure(error, shown)
  }
}

async function connect(address: ServerAddress, shown: string): Promise<pg.Client> {
  const { sslMode, host } = address
  const optional = sslMode === 'prefer' || sslMode === 'allow'
  const plainly = sslMode === 'disable' || host.startsWith('/')
  try {
    return await connectOnce(address, plainly ? false : tlsOptions(address))
  } catch (error) {
    if (!optional || plainly || !isAboutTls(error)) throw connectFailure(error, shown)
  }
  try {
    return await connectOnce(address, false)
  } catch (error) {
    throw connectFailure(error, shown)
  }
}

function isAboutTls(error: unknown): boolean {
  return codeOf(error) === '28000' || /SSL/.test(messageOf(error))
}

async function connectOnce(
  { host, port, user, database, password }: ServerAddress,
  ssl: pg.ClientConfig['ssl'],
): Promise<pg.Client> {
  const client = new pg.Client({
    host,
    port,
    user,
    database,
    ssl,
    // As a function: an empty one would be looked for in the environment and in files.
    password: () => password,
    application_name: 'octavo',
    connectionTimeoutMillis: connectTimeoutMs,
    // A server that is gone without a word is noticed in minutes.
    keepAlive: true,
    keepAliveInitialDelayMillis: 30_000,
  })
  // What goes wrong later reaches the statement that waits; an event without a listener ends Node.
  client.on('error', () => undefined)
  await client.connect()
  return client
}

function requireVersion(number: number, version: string, shown: string): void {
  if (number >= oldestVersion) return
  throw new OctavoError(
    'engine-unsupported',
    `${shown} is PostgreSQL ${version || 'of a version that it does not say'}`,
    { hint: 'Octavo works with PostgreSQL 13 and newer.' },
  )
}
