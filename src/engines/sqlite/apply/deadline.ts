import { setTimeout as sleep } from 'node:timers/promises'

const pauseMs = 50

/** The instant at which waiting for the target ends, and the way to wait for it. */
export class Deadline {
  readonly #endsAt: number
  readonly #signal: AbortSignal | undefined

  constructor(ms: number, signal?: AbortSignal) {
    this.#endsAt = performance.now() + ms
    this.#signal = signal
  }

  get remainingMs(): number {
    return Math.max(0, Math.round(this.#endsAt - performance.now()))
  }

  /** False where the time is over; else resolves with true after a short pause. */
  async pause(): Promise<boolean> {
    this.#signal?.throwIfAborted()
    if (this.remainingMs === 0) return false
    await sleep(Math.min(pauseMs, this.remainingMs), undefined, { signal: this.#signal })
    return true
  }
}
