import { join } from 'node:path'
import type { FastifyBaseLogger } from 'fastify'
import type { Clock } from '../core/clock.js'
import { OctavoError } from '../core/errors.js'
import type { ChosenDatabase } from '../jobs/job-types.js'
import { fileBeside, readArchived, writeArchived, type Archived } from './archived-file.js'

export interface StateOptions {
  readonly databases: readonly ChosenDatabase[]
  /** The place where the database's own folder can't be written to. */
  readonly spoolFolder: string
  readonly clock: Clock
  readonly log: Pick<FastifyBaseLogger, 'warn'>
}

/** Two clocks differ, and by no more than this. */
const mostAheadMs = 24 * 60 * 60 * 1000

/** The last archived backup of each database, in small files that outlive the process. */
export class ArchivedState {
  readonly #options: StateOptions
  readonly #spooled: string
  /** The file of each database, by its name. */
  readonly #files = new Map<string, string>()
  readonly #known = new Map<string, Archived>()
  readonly #told = new Set<string>()
  #writing: Promise<unknown> = Promise.resolve()

  private constructor(options: StateOptions) {
    this.#options = options
    this.#spooled = join(options.spoolFolder, 'archived.json')
  }

  static async open(options: StateOptions): Promise<ArchivedState> {
    const state = new ArchivedState(options)
    for (const archived of await readArchived(state.#spooled)) state.#take(archived)
    for (const database of options.databases) {
      const file = await fileBeside(database)
      if (file === null) continue
      state.#files.set(database.name, file)
      const read = await readArchived(file)
      read
        .filter((archived) => archived.database === database.name)
        .forEach((one) => state.#take(one))
    }
    return state
  }

  of(database: string): Archived | null {
    return this.#known.get(database) ?? null
  }

  /** Resolves when it is on the disk. `usage`: it is of a time that is far from having come. */
  async remember(archived: Archived): Promise<void> {
    const now = this.#options.clock.now()
    if (Date.parse(archived.at) - now.getTime() > mostAheadMs) throw fromTheFuture(archived, now)
    if (!this.#take(archived)) return
    const written = this.#writing.then(() => this.#write(archived))
    this.#writing = written.catch(() => undefined)
    await written
  }

  /**
   * Whether it is taken: what is told late never replaces what is newer. But what is known may be of a
   * time to come, written when a clock was wrong; then it must not keep out what is told now.
   */
  #take(archived: Archived): boolean {
    const knownMs = Date.parse(this.of(archived.database)?.at ?? archived.at)
    const isOlder = knownMs > Date.parse(archived.at)
    if (isOlder && knownMs <= this.#options.clock.now().getTime()) return false
    this.#known.set(archived.database, archived)
    return true
  }

  async #write(archived: Archived): Promise<void> {
    const file = this.#files.get(archived.database)
    if (file !== undefined) {
      try {
        return await writeArchived(file, archived)
      } catch (err) {
        this.#tellOnce(file, err)
      }
    }
    await writeArchived(this.#spooled, archived)
  }

  #tellOnce(file: string, err: unknown): void {
    if (this.#told.has(file)) return
    this.#told.add(file)
    const instead = `it is kept in ${this.#spooled}, which may not outlive a deployment`
    this.#options.log.warn({ err }, `what was archived can not be written to ${file}: ${instead}`)
  }
}

function fromTheFuture({ at, database }: Archived, now: Date): OctavoError {
  const says = `the backup of "${database}" is told to be of ${at}, and it is ${now.toISOString()} here`
  return new OctavoError('usage', says, { hint: 'Set the clock right that is wrong of the two.' })
}
