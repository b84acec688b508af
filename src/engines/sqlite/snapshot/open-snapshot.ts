import { rm } from 'node:fs/promises'
import type { SnapshotOptions } from '../../../core/engine.js'
import { sqliteFailure } from '../connection/sqlite-failure.js'
import { holdSnapshot } from './hold-snapshot.js'
import { OpenedSnapshot } from './opened-snapshot.js'
import type { SqliteSnapshot } from './sqlite-snapshot.js'

export interface SqliteSnapshotOptions extends SnapshotOptions {
  readonly pageCopy: boolean
}

/**
 * Opens a snapshot of the database file at `path` for its record lines: see `holdSnapshot`. When the
 * signal is aborted the transaction ends at once.
 */
export async function openSnapshot(
  path: string,
  options: SqliteSnapshotOptions,
): Promise<SqliteSnapshot> {
  const held = await holdSnapshot(path, options)
  try {
    return new OpenedSnapshot({ ...held, path, options })
  } catch (error) {
    held.connection.close()
    if (held.pageCopyPath !== null) await rm(held.pageCopyPath, { force: true })
    throw sqliteFailure(error, `the schema of ${path} could not be read`)
  }
}
