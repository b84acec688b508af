import { OctavoError } from '../../../core/errors.js'
import { parseServerAddress, type ServerAddress } from '../../../core/server-address.js'
import type { ServerPlace } from './open-session.js'

/** Where poolers stand that give each transaction another session, Supabase's above all. */
const poolerPort = 6543
const sharedPooler = /\.pooler\.supabase\.com$/i
const supabaseServer = /^db\.[a-z0-9]+\.supabase\.co$/i

/** What a person should know of an address that works all the same. */
export function addressWarnings({ url, shown }: ServerPlace): string[] {
  const address = parseServerAddress(url)
  if (address.port !== poolerPort) return []
  return [
    `${shown} leads to a pooler in transaction mode (port ${poolerPort}): take ${better(address)}`,
  ]
}

/**
 * Throws `database-refused` for a pooler that is known to give each transaction another session:
 * pg_dump loses its settings between them, and fails, or writes names without their schema.
 */
export function requireOwnSession({ url, shown }: ServerPlace): void {
  const address = parseServerAddress(url)
  const { host, port } = address
  if (port !== poolerPort || !(sharedPooler.test(host) || supabaseServer.test(host))) return
  throw new OctavoError(
    'database-refused',
    `pg_dump can not work through the pooler of ${shown}, which is in transaction mode`,
    { hint: `Take ${better(address)}.` },
  )
}

/** The addresses beside a pooler that have a session of one's own. */
function better({ host, user }: ServerAddress): string {
  if (supabaseServer.test(host)) return `port 5432 of ${host}, the server itself`
  if (!sharedPooler.test(host)) return 'the address of the server itself, with port 5432'
  const project = /\.([a-z0-9]+)$/i.exec(user)?.[1] ?? 'PROJECT'
  return (
    `port 5432 of ${host} (the same pooler in session mode), or the server itself at ` +
    `db.${project}.supabase.co:5432 with the user postgres, where IPv6 reaches it`
  )
}
