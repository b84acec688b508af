import Database from 'better-sqlite3'
import type { ErrorCode } from '../../../core/error-table.js'
import { OctavoError } from '../../../core/errors.js'

const codes: readonly (readonly [prefix: string, code: ErrorCode, hint?: string])[] = [
  ['SQLITE_ERROR_MISSING_COLLSEQ', 'cannot-carry'],
  ['SQLITE_BUSY', 'database-busy'],
  ['SQLITE_LOCKED', 'database-busy'],
  ['SQLITE_PROTOCOL', 'database-busy'],
  ['SQLITE_NOTADB', 'not-a-database'],
  ['SQLITE_CORRUPT', 'database-damaged'],
  ['SQLITE_FULL', 'space-short'],
  ['SQLITE_TOOBIG', 'value-too-large'],
  ['SQLITE_NOMEM', 'io-failed'],
  ['SQLITE_IOERR', 'io-failed'],
  [
    'SQLITE_READONLY',
    'io-failed',
    'Give the user that runs Octavo permission to write to the database file and its folder: ' +
      'SQLite needs it to read a database that a crashed program left behind.',
  ],
  [
    'SQLITE_CANTOPEN',
    'io-failed',
    'Give the user that runs Octavo permission to read the database file and to write to its ' +
      'folder: SQLite needs both to read a database in WAL mode.',
  ],
  ['SQLITE_PERM', 'io-failed'],
  ['SQLITE_AUTH', 'io-failed'],
]

/** True for an error of SQLite's own whose code begins with `prefix`. */
export function isSqliteFailure(thrown: unknown, prefix = 'SQLITE_'): boolean {
  return thrown instanceof Database.SqliteError && thrown.code.startsWith(prefix)
}

/**
 * Gives an error of SQLite's a code of ours. `doing` says what could not be done, to what: `database
 * /data/db.sqlite3 could not be read`. What is ours already, and what is no error of SQLite's, comes
 * back as it is; codes that say nothing about the database become `internal`.
 */
export function sqliteFailure(thrown: unknown, doing: string): unknown {
  if (!(thrown instanceof Database.SqliteError)) return thrown
  const { code } = thrown
  const known = codes.find(([prefix]) => code.startsWith(prefix))
  const options = { cause: thrown, details: { sqlite: code } }
  return new OctavoError(
    known?.[1] ?? 'internal',
    `${doing}: ${thrown.message}`,
    known?.[2] === undefined ? options : { ...options, hint: known[2] },
  )
}
