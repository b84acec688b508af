import { OctavoError } from './errors.js'
import { maskSecret } from './mask-secret.js'

/** Where a database is. `shown` is the address as it may be printed: its secret is masked. */
export type DatabaseAddress =
  | { readonly engine: 'sqlite'; readonly path: string; readonly shown: string }
  | { readonly engine: 'postgresql'; readonly url: string; readonly shown: string }

const knownForms =
  'A database is a path, file:PATH, sqlite:///RELATIVE, sqlite:////ABSOLUTE or postgresql://…; ' +
  'write a path that holds a colon as ./PATH.'

/**
 * Reads the address of a database: a path, `file:path`, `sqlite:///relative`, `sqlite:////absolute`,
 * `postgres://` or `postgresql://`. In addresses `%20` is a space, and what follows a `?` is not part
 * of the path; a plain path is taken as it stands. Paths are not resolved here.
 */
export function parseDatabaseAddress(text: string): DatabaseAddress {
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(text)?.[1]?.toLowerCase()
  if (scheme === 'postgres' || scheme === 'postgresql')
    return { engine: 'postgresql', url: text, shown: maskSecret(text) }
  if (scheme === undefined && isConnectionText(text))
    throw refuse(text, 'has a form that is not known')
  const path = sqlitePath(text, scheme)
  if (path === '' || path === ':memory:') throw refuse(text, 'names no file')
  // SQLite would read the path up to the NUL, and open another file.
  if (path.includes('\0')) throw refuse(text.replaceAll('\0', '%00'), 'holds a NUL byte')
  return { engine: 'sqlite', path, shown: path }
}

/** `host=h password=p` or `//user:password@host`: meant for a server, though it could be a path. */
function isConnectionText(text: string): boolean {
  return /^\s*\w+\s*=.*\b(host|dbname|password)\s*=/is.test(text) || /^\/\/[^/]*:.*@/s.test(text)
}

function sqlitePath(text: string, scheme: string | undefined): string {
  if (scheme === undefined) return text
  const [, rest = '', query = ''] = /^[^:]+:([^?]*)(.*)$/s.exec(text) ?? []
  if (/[?&]mode=memory(&|$)/i.test(query)) return ':memory:'
  if (scheme === 'sqlite' || scheme === 'sqlite3') {
    if (rest.startsWith('///')) return decodePath(rest.slice(3))
  } else if (scheme === 'file') {
    // As in SQLite's own URIs: an authority may only be empty or localhost, a fragment is ignored.
    const local = rest.replace(/#.*$/s, '').replace(/^\/\/(localhost)?(?=\/)/i, '')
    if (!local.startsWith('//')) return decodePath(local)
  }
  throw refuse(text, 'has a form that is not known')
}

function refuse(text: string, what: string): OctavoError {
  return new OctavoError('usage', `the address "${maskSecret(text)}" ${what}`, { hint: knownForms })
}

/** A path with a stray percent sign was never encoded: it is meant as it stands. */
function decodePath(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch (error) {
    if (error instanceof URIError) return path
    throw error
  }
}
