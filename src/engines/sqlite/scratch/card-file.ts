import Database from 'better-sqlite3'
import type { CardIndex, CardKey } from '../../../core/card-index.js'

/** Cards in an SQLite file of its own, which nobody keeps. */
export class CardFile implements CardIndex {
  readonly #database: Database.Database
  readonly #drawers = new Map<string, number>()
  readonly #put: Database.Statement
  readonly #get: Database.Statement<unknown[], string>
  readonly #page: Database.Statement<unknown[], [CardKey, string, bigint]>
  readonly #real: Database.Statement<unknown[], string>
  readonly #count: Database.Statement<unknown[], number>
  #cards = 0

  /** `path` is a new file in a folder of the job's own. */
  constructor(path: string) {
    this.#database = new Database(path)
    this.#database.pragma('journal_mode = off')
    this.#database.pragma('synchronous = off')
    this.#database.pragma('locking_mode = exclusive')
    this.#database.exec(
      'CREATE TABLE card (drawer INTEGER, key, number INTEGER, text TEXT, PRIMARY KEY (drawer, key, number)) WITHOUT ROWID',
    )
    this.#put = this.#database.prepare('INSERT INTO card VALUES (?, ?, ?, ?)')
    const where = 'FROM card WHERE drawer = ?'
    this.#get = this.#database
      .prepare<unknown[], string>(`SELECT text ${where} AND key = ? ORDER BY number`)
      .pluck()
    this.#page = this.#database
      .prepare<unknown[], [CardKey, string, bigint]>(
        `SELECT key, text, number ${where} AND (key, number) > (?, ?) ORDER BY key, number LIMIT 500`,
      )
      .raw()
      .safeIntegers()
    this.#real = this.#database.prepare<unknown[], string>('SELECT json_quote(?)').pluck()
    this.#count = this.#database.prepare<unknown[], number>(`SELECT count(*) ${where}`).pluck()
  }

  put(drawer: string, key: CardKey, text: string): void {
    // One transaction for all: nothing here outlives the job.
    if (!this.#database.inTransaction) this.#database.exec('BEGIN')
    this.#cards += 1
    this.#put.run(this.#drawer(drawer), bound(key), this.#cards, text)
  }

  get(drawer: string, key: CardKey): string[] {
    return this.#get.all(this.#drawer(drawer), bound(key))
  }

  *all(drawer: string): Generator<readonly [key: CardKey, text: string]> {
    const number = this.#drawer(drawer)
    let last: readonly [CardKey, bigint] = [-Infinity, 0n]
    for (;;) {
      const page = this.#page.all(number, ...last)
      for (const [key, text] of page) yield [key, text]
      const end = page.at(-1)
      if (!end) return
      last = [end[0], end[2]]
    }
  }

  count(drawer: string): number {
    return this.#count.get(this.#drawer(drawer)) ?? 0
  }

  /** A real as SQLite spells it in JSON. */
  real(value: number): string {
    return Object.is(value, -0) ? '-0.0' : (this.#real.get(value) ?? '')
  }

  close(): void {
    this.#database.close()
  }

  #drawer(name: string): number {
    const known = this.#drawers.get(name)
    if (known !== undefined) return known
    this.#drawers.set(name, this.#drawers.size)
    return this.#drawers.size - 1
  }
}

/** A whole number is bound as one: SQLite takes each plain number for a real. */
function bound(key: CardKey): CardKey {
  return typeof key === 'number' && Number.isSafeInteger(key) ? BigInt(key) : key
}
