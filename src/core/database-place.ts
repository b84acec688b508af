import { createHash } from 'node:crypto'
import { realpathSync, statSync } from 'node:fs'
import { hostname } from 'node:os'
import { basename, dirname, join } from 'node:path'
import type { DatabaseAddress } from './database-address.js'
import { OctavoError } from './errors.js'
import { isMissing } from './files/file-failure.js'
import { parseServerAddress, type ServerAddress } from './server-address.js'

/** Ports on which PgBouncer and others stand before the server of the same host. */
const poolerPorts: ReadonlySet<number> = new Set([6432, 6543])
const usualPort = 5432
const usualSocketFolders: ReadonlySet<string> = new Set([
  '/run/postgresql',
  '/var/run/postgresql',
  '/tmp',
  '/private/tmp',
])

/**
 * Where a database is, in one spelling: paths without links; of servers host, port and database, and
 * behind a shared pooler the project. Who logs in, how, and with what password is not part of it. The
 * text names hosts: it is compared, never shown or stored.
 */
export function placeOf(address: DatabaseAddress): string {
  if (address.engine === 'sqlite') return `sqlite\n${realPath(address.path)}`
  const parsed = parsedOrNull(address.url)
  return parsed ? `postgresql\n${serverOf(parsed)}\n${parsed.database}` : `text\n${address.url}`
}

/** Whether two addresses lead to one database, links and poolers in the way included. */
export function samePlace(a: DatabaseAddress, b: DatabaseAddress): boolean {
  if (placeOf(a) === placeOf(b)) return true
  return a.engine === 'sqlite' && b.engine === 'sqlite' && sameFile(a.path, b.path)
}

/**
 * A digest of the place, which a backup carries. On one machine `localhost` is another server than on
 * the next: the machine's name is part of it there.
 */
export function fingerprintOf(address: DatabaseAddress, machine = hostname()): string {
  const place = placeOf(address)
  const here = place.startsWith('postgresql\nlocal:') ? machine.toLowerCase().split('.')[0] : ''
  return createHash('sha256').update(`octavo-place-1\n${place}\n${here}`).digest('hex')
}

function serverOf({ host, port, user }: ServerAddress): string {
  const name = host.toLowerCase().replace(/\.$/, '')
  const project =
    /^db\.([a-z0-9]+)\.supabase\.co$/.exec(name)?.[1] ??
    (/\.pooler\.supabase\.com?$/.test(name) ? (/\.([^.]+)$/.exec(user)?.[1] ?? user) : undefined)
  if (project !== undefined) return `supabase:${project.toLowerCase()}`
  if (isLoopback(name) || usualSocketFolders.has(host.replace(/\/+$/, ''))) return `local:${port}`
  // The case of a folder says which folder it is.
  if (host.startsWith('/')) return `socket:${realPath(host)}:${port}`
  const direct = name.replace(/^(ep-[a-z0-9-]+)-pooler(\..*neon\.tech)$/, '$1$2')
  return `${direct}:${poolerPorts.has(port) ? usualPort : port}`
}

function isLoopback(name: string): boolean {
  // Who connects to all addresses (0.0.0.0, ::) comes to this machine.
  return /^((.*\.)?localhost|127(\.\d{1,3}){1,3}|0(\.0){0,3}|(0*:)+0*1?|(0*:)+ffff:127(\.\d{1,3}){3})$/.test(
    name,
  )
}

function parsedOrNull(url: string): ServerAddress | null {
  try {
    return parseServerAddress(url)
  } catch (error) {
    // What is wrong with it is said when it is used.
    if (error instanceof OctavoError) return null
    throw error
  }
}

/** The file need not exist yet; the folders above it decide as far as they do. */
function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch (error) {
    // What may not be looked at is compared by its text.
    if (!isMissing(error) || dirname(path) === path) return path
    return join(realPath(dirname(path)), basename(path))
  }
}

/** A second name of one file, or one disk in two places. */
function sameFile(a: string, b: string): boolean {
  try {
    const [first, second] = [a, b].map((path) => statSync(path, { bigint: true }))
    return first?.ino === second?.ino && first?.dev === second?.dev
  } catch {
    return false // one of them is not there, or may not be looked at
  }
}
