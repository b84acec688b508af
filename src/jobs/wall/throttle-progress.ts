import type { OnProgress } from '../../core/progress.js'

const everyMs = 100

/** A few messages a second are enough for any eye; each new phase is told at once. */
export function throttleProgress(tell: OnProgress): OnProgress {
  let toldAt = 0
  let phase = ''
  return (progress) => {
    const now = Date.now()
    if (progress.phase === phase && now - toldAt < everyMs) return
    toldAt = now
    phase = progress.phase
    tell(progress)
  }
}
