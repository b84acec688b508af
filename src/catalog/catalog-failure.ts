import Database from 'better-sqlite3'
import type { ErrorCode } from '../core/error-table.js'
import { OctavoError } from '../core/errors.js'
import { messageOf } from '../core/message-of.js'

const permissions =
  'Give the user that runs Octavo permission to read and write the catalog and its folder.'

const codes: readonly (readonly [prefix: string, code: ErrorCode, hint?: string])[] = [
  ['SQLITE_BUSY', 'database-busy', 'Another process holds the catalog. Try again in a moment.'],
  ['SQLITE_FULL', 'space-short', 'Free some space on the disk of the catalog.'],
  ['SQLITE_CANTOPEN', 'io-failed', permissions],
  ['SQLITE_READONLY', 'io-failed', permissions],
  ['SQLITE_PERM', 'io-failed', permissions],
  ['SQLITE_IOERR', 'io-failed'],
]

/** True for an error of SQLite's own whose code begins with `prefix`. */
export function isSqliteFailure(thrown: unknown, prefix: string): boolean {
  return thrown instanceof Database.SqliteError && thrown.code.startsWith(prefix)
}

/** Whether SQLite says that the file is no database, or that what is in it makes no sense. */
export function isDamage(thrown: unknown): boolean {
  return isSqliteFailure(thrown, 'SQLITE_NOTADB') || isSqliteFailure(thrown, 'SQLITE_CORRUPT')
}

export function catalogDamaged(cause: unknown, path: string): OctavoError {
  return new OctavoError('catalog-damaged', `the catalog ${path} is damaged`, { cause })
}

/** An error of ours for whatever went wrong with the catalog; what is one already stays it. */
export function catalogFailure(thrown: unknown, path: string): OctavoError {
  if (thrown instanceof OctavoError) return thrown
  const known = codes.find(([prefix]) => isSqliteFailure(thrown, prefix))
  const code = known?.[1] ?? (isSqliteFailure(thrown, '') ? 'internal' : 'io-failed')
  const hint = known?.[2]
  return new OctavoError(code, `the catalog ${path} could not be used: ${messageOf(thrown)}`, {
    cause: thrown,
    ...(hint !== undefined && { hint }),
  })
}
