import type Database from 'better-sqlite3'
import { OctavoError } from '../../../core/errors.js'
import { behindLinks, type FileIdentity, identityOf } from './file-identity.js'
import { openConnection } from './open-connection.js'
import { requireVersion } from './require-version.js'
import { sqliteFailure } from './sqlite-failure.js'

export interface OpenedDatabase {
  readonly connection: Database.Database
  /** Whether the database is in WAL mode, where a read transaction blocks nobody. */
  readonly wal: boolean
  /** The file as it was named when it was opened: another one may have its name by now. */
  readonly file: FileIdentity | null
}

/** Opens a database with tables in it and begins the read transaction that fixes its content. */
export function beginRead(path: string, busyTimeoutMs?: number): OpenedDatabase {
  const real = behindLinks(path)
  const file = identityOf(real)
  const connection = openConnection(real, {
    access: 'read',
    ...(busyTimeoutMs !== undefined && { busyTimeoutMs }),
  })
  try {
    // A bare BEGIN takes no snapshot yet.
    connection.exec('BEGIN; SELECT 1 FROM sqlite_schema')
    requireVersion(String(connection.prepare('SELECT sqlite_version()').pluck().get()))
    requireTables(connection, path)
    const wal = connection.pragma('journal_mode', { simple: true }) === 'wal'
    return { connection, wal, file }
  } catch (error) {
    connection.close()
    throw sqliteFailure(error, `database ${path} could not be read`)
  }
}

function requireTables(connection: Database.Database, path: string): void {
  const table = connection
    .prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB 'sqlite_*'")
    .get()
  if (table === undefined)
    throw new OctavoError('database-empty', `the database ${path} has no tables`)
}
