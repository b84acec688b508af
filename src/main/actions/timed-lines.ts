import { systemClock } from '../system-clock.js'

/** Puts the second in front of each line: `[2026-11-22 00:17:05] …`, in UTC. */
export function timedLines(tell: (line: string) => void): (line: string) => void {
  return (line) => {
    const second = systemClock.now().toISOString().slice(0, 19).replace('T', ' ')
    tell(`[${second}] ${line}`)
  }
}
