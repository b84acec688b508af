import type Database from 'better-sqlite3'
import { OctavoError } from '../../../core/errors.js'
import { isSqliteFailure } from '../connection/sqlite-failure.js'
import { preparedSchema } from './transfer-sql.js'

/** Attaches the prepared database to the target's connection, which must be outside a transaction. */
export function attachPrepared(connection: Database.Database, prepared: string): void {
  try {
    connection.prepare(`ATTACH ? AS ${preparedSchema}`).run(prepared)
  } catch (error) {
    if (!isSqliteFailure(error) || !String(error).includes('same text encoding')) throw error
    throw new OctavoError(
      'restore-refused',
      'the target has another text encoding than the backup',
      {
        cause: error,
        hint: 'Rows can not be taken over between encodings. Restore into an empty path instead.',
      },
    )
  }
}
