import { stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { requireSpace } from '../../../core/files/free-space.js'
import { beginRead } from '../connection/begin-read.js'
import { leaveWal } from '../connection/leave-wal.js'
import { openConnection } from '../connection/open-connection.js'
import { sqliteFailure } from '../connection/sqlite-failure.js'
import { copySnapshot } from '../pages/copy-snapshot.js'
import { bytesOfPages } from '../pages/require-space-for-pages.js'
import { attachPrepared } from './attach-prepared.js'
import { makeTransfers, type MadeTransfers } from './make-transfers.js'
import type { TransferTask } from './transfer-options.js'

export interface RehearseOptions extends TransferTask {
  readonly target: string
  /** Takes a copy of the target; the caller removes it. */
  readonly workFolder: string
  /** How long to wait for a moment in which the target can be read. */
  readonly deadlineMs: number
}

/**
 * Makes a transfer on a copy of the target that is thrown away: counted and refused by the code that
 * makes it on the target itself. The target is only read.
 */
export async function rehearseTransfer(options: RehearseOptions): Promise<MadeTransfers> {
  const copy = join(options.workFolder, 'rehearsal.sqlite3')
  await copyTarget(options, copy)
  const connection = openConnection(copy, { access: 'write' })
  try {
    // Nobody keeps this file: it need not reach the disk.
    connection.pragma('synchronous = off')
    attachPrepared(connection, options.prepared)
    connection.exec('BEGIN IMMEDIATE')
    return makeTransfers(connection, {
      ...options,
      onProgress: (progress) => options.onProgress?.({ ...progress, phase: 'rehearsing' }),
    })
  } catch (error) {
    throw sqliteFailure(error, `the rows can not be brought into ${options.target}`)
  } finally {
    connection.close()
  }
}

async function copyTarget(options: RehearseOptions, to: string): Promise<void> {
  const { target, prepared, deadlineMs, signal, onProgress } = options
  const from = beginRead(target, deadlineMs)
  try {
    const bytes = bytesOfPages(from.connection)
    // The copy, the journal of its one transaction, and what that adds.
    await requireSpace(dirname(to), 2 * bytes + (await stat(prepared)).size, 'the dry run')
    await copySnapshot({ from, to, signal, onProgress })
  } finally {
    from.connection.close()
  }
  leaveWal(to)
}
