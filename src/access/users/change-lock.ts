import { setTimeout } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { OctavoError } from '../../core/errors.js'
import { makeFile } from '../../core/files/make-file.js'

const waitMs = 20
const mostWaits = 500

/**
 * Runs a change while nobody else, in this process or another, runs one under the same lock. It is an
 * empty SQLite file: its lock is the system's, and goes with the process that held it.
 */
export async function whileLocked<T>(path: string, change: () => Promise<T>): Promise<T> {
  makeFile(path)
  const connection = new Database(path, { timeout: 0 })
  try {
    await lock(connection)
    return await change()
  } finally {
    connection.close()
  }
}

async function lock(connection: Database.Database): Promise<void> {
  for (let waits = 0; ; waits += 1)
    try {
      // Nothing is ever written to it: without a journal no file is made beside it.
      connection.exec('PRAGMA journal_mode = memory; BEGIN EXCLUSIVE')
      return
    } catch (cause) {
      if (!isBusy(cause) || waits === mostWaits) throw lockFailure(cause)
      await setTimeout(waitMs)
    }
}

function isBusy(error: unknown): boolean {
  return error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')
}

function lockFailure(cause: unknown): OctavoError {
  return new OctavoError('io-failed', 'the accounts could not be locked for a change', {
    cause,
    hint: 'See whether another `octavo user` hangs, then try again.',
  })
}
