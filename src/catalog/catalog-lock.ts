import { resolve } from 'node:path'
import Database from 'better-sqlite3'
import { OctavoError } from '../core/errors.js'
import { isDamage } from './catalog-failure.js'
import { makeFile } from '../core/files/make-file.js'

/**
 * Who may use the catalog's file under its name: many at once, or one alone that gives the name to
 * another file. It is an empty SQLite file beside the catalog: its locks are the system's, and go with
 * the process that held them. Either call throws SQLITE_BUSY where others are in the way.
 */
export class CatalogLock {
  readonly #path: string
  readonly #connection: Database.Database

  constructor(path: string) {
    makeFile(path)
    this.#path = path
    this.#connection = new Database(resolve(path), { timeout: 0 })
  }

  shared<T>(use: () => T): T {
    return this.#hold('BEGIN; SELECT 1 FROM sqlite_schema', use)
  }

  alone<T>(use: () => T): T {
    return this.#hold('BEGIN EXCLUSIVE', use)
  }

  close(): void {
    this.#connection.close()
  }

  #hold<T>(begin: string, use: () => T): T {
    try {
      // Nothing is ever written to it: without a journal no file is made beside it.
      this.#run(`PRAGMA journal_mode = memory; ${begin}`)
      return use()
    } finally {
      if (this.#connection.inTransaction) this.#connection.exec('ROLLBACK')
    }
  }

  #run(sql: string): void {
    try {
      this.#connection.exec(sql)
    } catch (error) {
      if (!isDamage(error)) throw error
      throw new OctavoError('io-failed', `the lock ${this.#path} of the catalog is damaged`, {
        cause: error,
        hint: 'It holds nothing. Stop Octavo, remove the file and start it again.',
      })
    }
  }
}
