import type { BackupHealth } from '../core/backups/describe-health.js'
import type { Clock } from '../core/clock.js'

export type ReadHealth = () => Promise<BackupHealth>

/** Whoever asks without a key may ask often: the catalog is read once in so long. */
const keepMs = 5_000

/** The health of a moment ago, read once for all who ask at the same time. */
export function recentHealth(read: ReadHealth, clock: Clock): ReadHealth {
  let last: { readonly at: number; readonly health: Promise<BackupHealth> } | null = null
  return () => {
    const at = clock.now().getTime()
    if (last && at >= last.at && at - last.at < keepMs) return last.health
    const health = read()
    last = { at, health }
    // What failed is not kept.
    health.catch(() => {
      if (last?.health === health) last = null
    })
    return health
  }
}
