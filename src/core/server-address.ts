import { userInfo } from 'node:os'
import { OctavoError } from './errors.js'
import { maskSecret } from './mask-secret.js'

/** What libpq knows; `allow` is read as `prefer`, which tries with TLS first. */
export const sslModes = [
  'disable',
  'allow',
  'prefer',
  'require',
  'verify-ca',
  'verify-full',
] as const
export type SslMode = (typeof sslModes)[number]

/** An address of a database in its parts. Never shown: it holds the password. */
export interface ServerAddress {
  /** A name, an IP address, or the folder of a unix socket. */
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
  readonly database: string
  readonly sslMode: SslMode
  /** Paths of PEM files, where they are named. */
  readonly rootCert: string | undefined
  readonly clientCert: string | undefined
  readonly clientKey: string | undefined
}

const strict =
  /^(?:([^:@/?#]*)(?::([^@/?#]*))?@)?(\[[^\]]+\]|[^:@/?#]*)(?::(\d+))?(?:\/([^@?#]*))?(?:\?(.*))?$/s
/** A password may hold / ? # @ itself, as people paste it: the last @ ends it. */
const lenient =
  /^(?:([^:@]*)(?::(.*))?@)(\[[^\]]+\]|[^:@/?#]*)(?::(\d+))?(?:\/([^@?#]*))?(?:\?(.*))?$/s

/** Reads `postgresql://user:password@host:port/database?sslmode=…` as libpq does. */
export function parseServerAddress(url: string): ServerAddress {
  const rest = url.replace(/^postgres(?:ql)?:\/\//i, '')
  const parts = rest === url ? null : (strict.exec(rest) ?? lenient.exec(rest))
  if (parts === null) throw refuse(url, 'has a form that is not known')
  const [, user, password, host, port, database, query] = parts.map((part) =>
    part === undefined ? undefined : part,
  )
  const more = new URLSearchParams(query ?? '')
  const given = (name: string, inPath: string | undefined): string | undefined =>
    more.get(name) || (inPath ? decode(inPath) : undefined)
  const owner = given('user', user) ?? userInfo().username
  const shownHost = given('host', host?.replace(/^\[(.*)\]$/, '$1')) ?? 'localhost'
  if (/,/.test(shownHost)) throw refuse(url, 'names several hosts')
  return {
    host: shownHost,
    port: portOf(given('port', port) ?? '5432', url),
    user: owner,
    password: given('password', password) ?? '',
    database: given('dbname', database) ?? owner,
    sslMode: sslModeOf(more.get('sslmode') ?? 'prefer', url),
    rootCert: more.get('sslrootcert') ?? undefined,
    clientCert: more.get('sslcert') ?? undefined,
    clientKey: more.get('sslkey') ?? undefined,
  }
}

function portOf(text: string, url: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0
  if (port < 1 || port > 65535) throw refuse(url, 'has a port that is none')
  return port
}

function sslModeOf(text: string, url: string): SslMode {
  const mode = sslModes.find((known) => known === text)
  if (mode === undefined) throw refuse(url, 'has an sslmode that is not known')
  return mode
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch (error) {
    // A stray percent sign: it was never encoded.
    if (error instanceof URIError) return text
    throw error
  }
}

function refuse(url: string, what: string): OctavoError {
  return new OctavoError('usage', `the address "${maskSecret(url)}" ${what}`, {
    hint: 'Write postgresql://USER:PASSWORD@HOST:5432/DATABASE?sslmode=require, with one host.',
  })
}
