import { setTimeout } from 'node:timers/promises'
import type { Clock } from '../core/clock.js'

export const systemClock: Clock = {
  now: () => new Date(),
  sleep: async (ms, signal) => {
    await setTimeout(ms, undefined, signal ? { signal } : {})
  },
}
