import { isOpenPgp } from './open-pgp.js'

/** What a file can be told to hold. `unknown`: something, but nothing of these. */
export type ContentKind =
  | 'json'
  | 'sqlite'
  | 'gzip'
  | 'age'
  | 'gpg'
  | 'zstd'
  | 'pg-custom'
  | 'pg-plain'
  | 'pg-cluster'
  | 'html'
  | 'empty'
  | 'unknown'

/** How many bytes of a file `recogniseContent` wants to see. */
export const recognisedBytes = 64

/** Says what a file holds by its first bytes, never by its name. Enough bytes: `recognisedBytes`. */
export function recogniseContent(start: Buffer): ContentKind {
  if (start.length === 0) return 'empty'
  if (start.length >= 2 && start.readUInt16BE(0) === 0x1f8b) return 'gzip'
  if (start.length >= 4 && start.readUInt32BE(0) === 0x28b52ffd) return 'zstd'
  if (isOpenPgp(start)) return 'gpg'
  const text = start.toString('latin1')
  if (text.startsWith('SQLite format 3\0')) return 'sqlite'
  if (text.startsWith('age-encryption.org/v1')) return 'age'
  if (text.startsWith('-----BEGIN AGE ENCRYPTED FILE-----')) return 'age'
  if (text.startsWith('PGDMP')) return 'pg-custom'
  if (headingOf('database dump').test(text)) return 'pg-plain'
  if (headingOf('database cluster dump').test(text)) return 'pg-cluster'
  if (/^(\xef\xbb\xbf)?[ \t\r\n]*[{[]/.test(text)) return 'json'
  if (/^(\xef\xbb\xbf)?\s*<(!doctype|!--|html|head|body|\?xml)/i.test(text)) return 'html'
  return 'unknown'
}

/** The comment that pg_dump begins a plain dump with. */
function headingOf(what: string): RegExp {
  return new RegExp(String.raw`^(\xef\xbb\xbf)?\s*--\r?\n-- PostgreSQL ${what}\r?\n`)
}
