import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { OctavoError } from '../core/errors.js'
import { catalogDamaged, catalogFailure, isDamage, isSqliteFailure } from './catalog-failure.js'
import { CatalogLock } from './catalog-lock.js'
import { makeFile } from '../core/files/make-file.js'
import { migrate } from './migrate.js'
import { setAside } from './set-aside.js'

export interface CatalogFileOptions {
  readonly path: string
  readonly now: () => Date
  /** The file could not be read, has another name now, and a new one is in its place. */
  readonly onDamaged: (keptAs: string, cause: unknown) => void
  /** How long others may hold the catalog before a call gives up. */
  readonly waitMs: number
  /** SQLite waits so long by itself, and the thread with it; for longer we wait without blocking. */
  readonly blockMs: number
  /** Throw `catalog-damaged` instead of setting a damaged file aside. */
  readonly keepDamaged: boolean
}

/**
 * The SQLite file of a catalog, which other processes use too (docs/adr/0018-one-file-for-the-catalog.md).
 * One that is damaged is set aside as soon as that is seen; where another process did so, or somebody put
 * a file in its place, the new one is opened.
 */
export class CatalogFile {
  readonly #options: CatalogFileOptions
  #lock: CatalogLock | null = null
  #connection: Database.Database | null = null
  /** Of the file that was opened last, or was tried to. */
  #identity: string | null = null
  #isClosed = false

  constructor(options: CatalogFileOptions) {
    this.#options = options
  }

  /** Calls `work`, which changes all or nothing: where SQLite refused it is called again. */
  async use<T>(work: (connection: Database.Database) => T): Promise<T> {
    const until = Date.now() + this.#options.waitMs
    let damage: unknown = null
    let isMended = false
    for (;;) {
      if (this.#isClosed) throw new OctavoError('internal', 'the catalog was closed')
      try {
        if (damage !== null) this.#mend(damage)
        damage = null
        return this.#lockOf().shared(() => work(this.#current()))
      } catch (error) {
        if (isSqliteFailure(error, 'SQLITE_BUSY') && Date.now() < until) await sleep(pauseMs())
        else if (isDamage(error) && this.#options.keepDamaged)
          throw catalogDamaged(error, this.#options.path)
        else if (isDamage(error) && !isMended) {
          damage = error
          isMended = true
        } else throw catalogFailure(error, this.#options.path)
      }
    }
  }

  close(): void {
    this.#isClosed = true
    this.#letGo()
    this.#lock?.close()
    this.#lock = null
  }

  #lockOf(): CatalogLock {
    return (this.#lock ??= new CatalogLock(`${this.#options.path}.lock`))
  }

  /** The file that has the name now; called while nobody gives the name to another one. */
  #current(): Database.Database {
    const { path } = this.#options
    if (this.#connection !== null && this.#identity === identityOf(path)) return this.#connection
    this.#letGo()
    makeFile(path)
    this.#identity = identityOf(path)
    return (this.#connection = openFile(path, this.#options.blockMs))
  }

  #mend(cause: unknown): void {
    const { path, now, onDamaged } = this.#options
    const keptAs = this.#lockOf().alone(() => {
      this.#letGo()
      // Another process may have seen the same damage, and been faster.
      return identityOf(path) === this.#identity ? setAside(path, now()) : null
    })
    if (keptAs !== null) onDamaged(keptAs, cause)
  }

  #letGo(): void {
    this.#connection?.close()
    this.#connection = null
  }
}

function openFile(path: string, blockMs: number): Database.Database {
  // Absolute, as the binding takes some names for something else than a file.
  const connection = new Database(resolve(path), { timeout: blockMs })
  try {
    connection.pragma('trusted_schema = off')
    // FULL, and the folder synced behind each commit, without which a power cut might undo the last one.
    connection.pragma('synchronous = extra')
    migrate(connection, path)
    connection.pragma('journal_mode = delete')
    return connection
  } catch (error) {
    connection.close()
    throw error
  }
}

/** Null where nothing is there. Only the status is asked for: opening it would drop SQLite's locks. */
function identityOf(path: string): string | null {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false })
  return found ? `${found.dev}:${found.ino}` : null
}

/** By chance, so that processes which wait for each other do not do so in step. */
function pauseMs(): number {
  return 5 + Math.random() * 45
}
