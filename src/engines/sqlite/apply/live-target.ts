import type Database from 'better-sqlite3'
import { OctavoError } from '../../../core/errors.js'
import { openConnection } from '../connection/open-connection.js'
import { isSqliteFailure, sqliteFailure } from '../connection/sqlite-failure.js'
import { ChangeMark } from './change-mark.js'

/** How long one statement waits for a lock; the deadline of the restore spans many such waits. */
const busyTimeoutMs = 1000

export interface TargetState {
  readonly journalMode: string
  readonly isEmpty: boolean
  /** Its schema can't be read: what lost data looks like, and no reason to refuse a restore. */
  readonly isDamaged: boolean
}

/** A database that may be in use, held open for the time of a restore. */
export class LiveTarget {
  readonly path: string
  readonly connection: Database.Database
  readonly #mark: ChangeMark

  constructor(path: string) {
    this.path = path
    // The descriptor is opened first and closed last: see ChangeMark.
    this.#mark = new ChangeMark(path)
    try {
      this.connection = openConnection(path, { access: 'write', busyTimeoutMs })
    } catch (error) {
      this.#mark.close()
      throw error
    }
  }

  /** Reads the file's state anew; a busy target throws `database-busy`, a strange file is refused. */
  look(): TargetState {
    const { connection } = this
    try {
      connection.prepare('SELECT count(*) FROM sqlite_schema').get()
    } catch (error) {
      if (!isSqliteFailure(error, 'SQLITE_CORRUPT')) throw this.#failure(error)
      return { ...this.#mark.look(), isDamaged: true }
    }
    return {
      journalMode: String(connection.pragma('journal_mode', { simple: true })),
      isEmpty: connection.pragma('page_count', { simple: true }) === 0,
      isDamaged: false,
    }
  }

  /** Changes whenever somebody else commits. In rollback mode it takes no lock. */
  mark(journalMode: string): string {
    return this.#mark.read(this.connection, journalMode)
  }

  /** Counts commits, to tell one of ours from those of others. */
  commits(journalMode: string): number | null {
    return this.#mark.commits(journalMode)
  }

  close(): void {
    this.connection.close()
    this.#mark.close()
  }

  #failure(error: unknown): unknown {
    if (!isSqliteFailure(error, 'SQLITE_NOTADB'))
      return sqliteFailure(error, `the target ${this.path} can not be read`)
    return new OctavoError('restore-refused', `the target ${this.path} is not an SQLite database`, {
      cause: error,
      hint: 'Move the file away, and restore into the empty path.',
    })
  }
}

export function isBusy(error: unknown): boolean {
  return (
    (error instanceof OctavoError && error.code === 'database-busy') ||
    isSqliteFailure(error, 'SQLITE_BUSY')
  )
}
