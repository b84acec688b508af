import { OctavoError } from '../core/errors.js'
import { recogniseContent, type ContentKind } from '../core/recognise.js'

const others: Record<Exclude<ContentKind, 'json'>, string> = {
  sqlite: 'the file is an SQLite database, not a document',
  gzip: 'the file is gzip inside gzip',
  age: 'the file is encrypted with age',
  gpg: 'the file is encrypted with gpg',
  zstd: 'the file is compressed with zstd',
  'pg-custom': 'the file is a dump of pg_dump, not a document',
  'pg-plain': 'the file is a dump of pg_dump, not a document',
  'pg-cluster': 'the file is a dump of pg_dumpall, not a document',
  html: 'the file is an HTML page, perhaps a login or error page, not a document',
  empty: 'the file is empty',
  unknown: 'the file is neither JSON nor anything else that is known',
}

/** Names what a file is by its first bytes, where it can't be a document. */
export function requireJson(start: Buffer): void {
  const kind = recogniseContent(start)
  if (kind === 'json') return
  const code = kind === 'empty' ? 'document-truncated' : 'format-unknown'
  throw new OctavoError(code, others[kind])
}
