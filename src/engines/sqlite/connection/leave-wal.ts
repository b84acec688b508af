import { openConnection } from './open-connection.js'
import { sqliteFailure } from './sqlite-failure.js'

/** Sets a file that nobody else reads back to a rollback journal: it stands alone, without a `-wal`. */
export function leaveWal(path: string): void {
  const connection = openConnection(path, { access: 'write' })
  try {
    connection.pragma('journal_mode = delete')
  } catch (error) {
    throw sqliteFailure(error, `the journal mode of ${path} could not be set`)
  } finally {
    connection.close()
  }
}
