import type { Clock } from '../../../src/core/clock.js'

/** Pauses that a test does not wait for. */
export const quickClock: Clock = {
  now: () => new Date(),
  sleep: async (_, signal) => {
    await new Promise((resolve) => setImmediate(resolve))
    signal?.throwIfAborted()
  },
}
