import { rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type Database from 'better-sqlite3'
import { OctavoError } from '../../../core/errors.js'
import { requireSpace } from '../../../core/files/free-space.js'
import { openConnection } from '../connection/open-connection.js'
import { isSqliteFailure, sqliteFailure } from '../connection/sqlite-failure.js'
import { attachPrepared } from './attach-prepared.js'
import { makeTransfers, type MadeTransfers } from './make-transfers.js'
import { withSafetyCopy } from './with-safety-copy.js'
import { pruneSafetyCopies, takeSafetyCopy } from './safety-copy.js'
import type { TransferOptions } from './transfer-options.js'

export interface Transferred extends MadeTransfers {
  readonly safetyCopy: string
}

/**
 * Brings rows into a target that keeps its own schema, in one transaction: *data-only* makes its
 * tables hold what the prepared ones hold, *merge* adds rows and overwrites those with the same key.
 * Everything is checked and read back before the commit; after an error the target is as it was.
 */
export async function transferRows(options: TransferOptions): Promise<Transferred> {
  const { prepared, target, deadlineMs } = options
  const { size } = await stat(target)
  await requireSpace(dirname(target), size + (await stat(prepared)).size, 'the restore')
  const connection = openConnection(target, { access: 'write', busyTimeoutMs: deadlineMs })
  let safetyCopy: string | null = null
  let isCommitting = false
  try {
    attachPrepared(connection, prepared)
    beginWriting(connection, options)
    if (options.isUnchanged?.() === false)
      throw new OctavoError('target-changed', `the target ${target} was written to meanwhile`)
    options.onProgress?.({ phase: 'safety copy' })
    // The write lock is held: nothing can be written between this copy and the change.
    safetyCopy = await copyBeside(options)
    const { changes, warnings } = makeTransfers(connection, options)
    isCommitting = true
    connection.exec('COMMIT')
    const unpruned = await pruneSafetyCopies(target, safetyCopy)
    return { changes, safetyCopy, warnings: [...warnings, ...unpruned] }
  } catch (error) {
    if (connection.inTransaction) connection.exec('ROLLBACK')
    if (safetyCopy !== null) {
      // SQLite may fail after its commit, too: then the safety copy alone is sure to hold the old.
      if (isCommitting) throw withSafetyCopy(error, safetyCopy)
      await rm(safetyCopy, { force: true })
    }
    throw sqliteFailure(error, `the rows can not be brought into ${target}`)
  } finally {
    connection.close()
  }
}

function beginWriting(
  connection: Database.Database,
  { target, deadlineMs }: TransferOptions,
): void {
  try {
    // In WAL mode the default would leave the commit to reach the disk later.
    connection.pragma('main.synchronous = full')
    connection.exec('BEGIN IMMEDIATE')
  } catch (error) {
    if (!isSqliteFailure(error, 'SQLITE_BUSY')) throw error
    const waited = `within ${deadlineMs} ms`
    throw new OctavoError('database-busy', `the target ${target} was not free ${waited}`, {
      cause: error,
    })
  }
}

/** A second connection reads what is committed. */
async function copyBeside({ target, at, deadlineMs }: TransferOptions): Promise<string> {
  const reader = openConnection(target, { access: 'read', busyTimeoutMs: deadlineMs })
  try {
    const copy = await takeSafetyCopy(reader, target, at)
    if (copy !== null) return copy
    throw new OctavoError(
      'database-busy',
      `the target ${target} could not be read for its safety copy`,
    )
  } finally {
    reader.close()
  }
}
