import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import Database from 'better-sqlite3'
import { OctavoError } from '../../../core/errors.js'
import { isSqliteFailure, sqliteFailure } from './sqlite-failure.js'

export interface ConnectionOptions {
  /**
   * `read` never changes content, but opens the file for writing where it may: only so does SQLite
   * roll back what a crashed program left half done. `create` makes a new file and takes an old one.
   */
  readonly access: 'read' | 'write' | 'create'
  readonly busyTimeoutMs?: number
}

const defaultBusyTimeoutMs = 5000

/**
 * Opens a database file with the pragmas that every use of a foreign file needs: its schema is not
 * trusted, foreign keys are neither checked nor followed. Nothing is read before the first statement.
 */
export function openConnection(path: string, options: ConnectionOptions): Database.Database {
  const { access, busyTimeoutMs = defaultBusyTimeoutMs } = options
  const settings = { fileMustExist: access !== 'create', timeout: busyTimeoutMs }
  requireOpenableName(path)
  try {
    const connection = openFile(path, access, settings)
    connection.pragma('trusted_schema = off')
    connection.pragma('foreign_keys = off')
    if (access === 'read') connection.pragma('query_only = on')
    return connection
  } catch (error) {
    if (access !== 'create' && !existsSync(path))
      throw new OctavoError('database-not-found', `there is no database file at ${path}`, {
        cause: error,
      })
    throw sqliteFailure(error, `database ${path} could not be opened`)
  }
}

/** The binding drops white space at the end of a name, which would lead to another file. */
export function requireOpenableName(path: string): void {
  if (path.trimEnd() === path) return
  throw new OctavoError('usage', `the file name ${JSON.stringify(path)} ends in white space`, {
    hint: 'SQLite can not be led to such a file. Give it another name.',
  })
}

function openFile(
  path: string,
  access: ConnectionOptions['access'],
  settings: Database.Options,
): Database.Database {
  // Absolute, so that white space at its beginning is kept; this build takes no file: addresses.
  const address = resolve(path)
  try {
    return new Database(address, settings)
  } catch (error) {
    if (access !== 'read' || !isSqliteFailure(error, 'SQLITE_CANTOPEN')) throw error
    return new Database(address, { ...settings, readonly: true })
  }
}
