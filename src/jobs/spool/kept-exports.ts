import type { Clock } from '../../core/clock.js'
import { SpooledExport, type Finished } from './spooled-export.js'

export interface KeepOptions {
  readonly clock: Clock
  readonly keepMs: number
  readonly keepCount: number
}

/**
 * Finished exports: held while an answer is sent, then kept for `keepMs` so that an interrupted
 * download can go on, the newest `keepCount` of them.
 */
export class KeptExports {
  readonly #options: KeepOptions
  /** Oldest first. */
  readonly #exports = new Map<SpooledExport, AbortController | null>()
  readonly #removals = new Set<Promise<void>>()

  constructor(options: KeepOptions) {
    this.#options = options
  }

  add(finished: Finished): SpooledExport {
    const spooled: SpooledExport = new SpooledExport(finished, () => this.#onIdle(spooled))
    this.#exports.set(spooled, null)
    // Those who wait for it take hold of it first, in the turn in which the work ends.
    const release = spooled.hold()
    setImmediate(release)
    return spooled
  }

  find(matches: (spooled: SpooledExport) => boolean): SpooledExport | undefined {
    return [...this.#exports.keys()].findLast(matches)
  }

  /** Removes what nobody is reading; resolves when the space is free. */
  async removeIdle(): Promise<void> {
    for (const spooled of this.#exports.keys()) if (spooled.idle) this.#remove(spooled)
    await Promise.all(this.#removals)
  }

  async close(): Promise<void> {
    for (const spooled of this.#exports.keys()) this.#remove(spooled)
    await Promise.all(this.#removals)
  }

  #onIdle(spooled: SpooledExport): void {
    if (!this.#exports.has(spooled)) return
    if (this.#options.keepMs === 0) return this.#remove(spooled)
    this.#exports.get(spooled)?.abort()
    const timer = new AbortController()
    this.#exports.set(spooled, timer)
    this.#options.clock.sleep(this.#options.keepMs, timer.signal).then(
      () => {
        // Taken up again meanwhile: its next release sets a new time.
        if (spooled.idle && !timer.signal.aborted) this.#remove(spooled)
      },
      () => undefined,
    )
    this.#removeSurplus()
  }

  #removeSurplus(): void {
    const idle = [...this.#exports.keys()].filter((spooled) => spooled.idle)
    for (const spooled of idle.slice(0, Math.max(0, idle.length - this.#options.keepCount)))
      this.#remove(spooled)
  }

  #remove(spooled: SpooledExport): void {
    this.#exports.get(spooled)?.abort()
    this.#exports.delete(spooled)
    const removal = spooled.remove().finally(() => this.#removals.delete(removal))
    this.#removals.add(removal)
    // A file that can't be removed now goes with the folder, at the end or at the next start.
    removal.catch(() => undefined)
  }
}
