import { dayMs, tiers, type Periods, type Tier } from './calendar-periods.js'
import { Reasons } from './reasons.js'
import type { RetentionCandidate } from './candidate.js'
import type { RetentionPolicy } from './policy.js'

/** A backup, how old it is, and the periods that it was taken in. */
export interface Dated<B extends RetentionCandidate = RetentionCandidate> {
  readonly backup: B
  readonly ageMs: number
  readonly periods: Periods
}

/** Why the keep rules of a policy keep the backups of one series, given newest first. */
export function keptByRules(series: readonly Dated[], policy: RetentionPolicy): Reasons {
  const kept = new Reasons()
  const { last = 0, withinDays = 0 } = policy
  for (const [index, { backup }] of series.slice(0, last).entries())
    kept.add(backup, `${index + 1} of the last ${last}`)
  for (const { backup, ageMs } of series)
    if (withinDays > 0 && ageMs <= withinDays * dayMs)
      kept.add(backup, `within ${inDays(withinDays)}`)
  for (const tier of tiers)
    for (const { backup, words } of newestOfPeriods(series, tier, policy[tier] ?? 0))
      kept.add(backup, words)
  return kept
}

/** A backup that stands for its period, and which one that is. */
interface Newest {
  readonly backup: RetentionCandidate
  readonly words: string
}

/**
 * The newest backup of each of the last `count` periods that have one; a verified one before one that is
 * not. A period without a backup takes no place, so that a pause pushes nothing out.
 */
export function newestOfPeriods(
  series: readonly Dated[],
  tier: Tier,
  count: number,
): readonly Newest[] {
  const found = new Map<string, Newest>()
  for (const { backup, periods } of series) {
    const period = periods[tier]
    const newest = found.get(period)
    if (newest === undefined) {
      if (found.size < count) found.set(period, { backup, words: `the newest of ${period}` })
    } else if (backup.verified && !newest.backup.verified)
      found.set(period, { backup, words: `the newest verified one of ${period}` })
  }
  return [...found.values()]
}

export function inDays(days: number): string {
  return days === 1 ? '1 day' : `${days} days`
}
