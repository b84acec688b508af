import type { Clock } from '../../src/core/clock.js'

/** A clock that stands still: sleeping takes no time, and is told. */
export function stillClock(): Clock & { readonly slept: number[] } {
  const slept: number[] = []
  return {
    slept,
    now: () => new Date('2026-11-22T00:17:00.500Z'),
    sleep: async (ms, signal) => {
      signal?.throwIfAborted()
      slept.push(ms)
    },
  }
}
