import { OctavoError } from '../../core/errors.js'
import type { OnProgress } from '../../core/progress.js'

/**
 * One piece of work for several who wait for it. Who leaves is told at once; when the last one has
 * left before the end, the work is stopped.
 */
export class SharedWork<T> {
  readonly startedAt: Date
  readonly #done: Promise<T>
  readonly #controller = new AbortController()
  readonly #listeners = new Set<OnProgress>()
  #waiting = 0
  #ended = false

  constructor(startedAt: Date, start: (signal: AbortSignal, onProgress: OnProgress) => Promise<T>) {
    this.startedAt = startedAt
    const tell: OnProgress = (progress) => {
      for (const listen of this.#listeners) listen(progress)
    }
    this.#done = start(this.#controller.signal, tell).finally(() => {
      this.#ended = true
    })
    // Everyone may have left before it fails; whoever waits sees the failure through `join`.
    this.#done.catch(() => undefined)
  }

  get stopped(): boolean {
    return this.#controller.signal.aborted
  }

  join(signal: AbortSignal, onProgress?: OnProgress): Promise<T> {
    this.#waiting += 1
    // One of its own, so that who asks twice is told twice until each has left.
    const listen: OnProgress = (progress) => onProgress?.(progress)
    this.#listeners.add(listen)
    return new Promise<T>((resolve, reject) => {
      let waits = true
      const leave = (): void => {
        if (!waits) return
        waits = false
        signal.removeEventListener('abort', onAbort)
        this.#listeners.delete(listen)
        this.#waiting -= 1
        if (this.#waiting === 0 && !this.#ended) this.stop()
      }
      const onAbort = (): void => {
        leave()
        reject(new OctavoError('aborted', 'nobody waits for the export any more'))
      }
      signal.addEventListener('abort', onAbort)
      this.#done.then(resolve, reject).finally(leave)
      if (signal.aborted) onAbort()
    })
  }

  stop(): void {
    this.#controller.abort()
  }

  /** Resolves when the work has ended, well or not. */
  async settled(): Promise<void> {
    await Promise.allSettled([this.#done])
  }
}
