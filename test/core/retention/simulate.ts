import { documentFileName } from '../../../src/core/names.js'
import { applyRetention, type EndedRun } from '../../../src/core/retention/apply-retention.js'
import type { RetentionCandidate } from '../../../src/core/retention/candidate.js'
import type { RetentionDecision } from '../../../src/core/retention/decide-series.js'
import type { RetentionPolicy } from '../../../src/core/retention/policy.js'
import { seededRandom } from '../../../src/sample/random.js'

export const days = 1000
/** A Sunday. The thousand days end in February 2027, after the week 2026-W53. */
export const firstDay = new Date('2024-06-02T00:00:00Z')

export interface Plan {
  readonly policy: RetentionPolicy
  /** The hours of a day at which a run starts, in UTC; 0 is a Sunday. */
  readonly hoursOf: (weekday: number, day: number) => readonly number[]
  /** The day whose first backup somebody pins. */
  readonly pinOnDay?: number
}

/** One run, and what was decided after it. */
export interface Step {
  readonly run: EndedRun
  readonly decisions: readonly RetentionDecision[]
}

/**
 * A thousand days of runs on a fixed clock, pruned after each one. By the seed some runs fail and some are
 * not verified, runs start some seconds late, and the content stays the same for a while.
 */
export function* simulate({ policy, hoursOf, pinOnDay }: Plan, seed: number): Generator<Step> {
  const random = seededRandom(seed)
  let backups: RetentionCandidate[] = []
  let content = 0
  let made = 0
  for (let day = 0; day < days; day += 1)
    for (const [place, hour] of hoursOf(day % 7, day).entries()) {
      const lateSeconds = hour * 3600 + random.below(90)
      const takenAt = new Date(firstDay.getTime() + (day * 86_400 + lateSeconds) * 1000)
      const now = new Date(takenAt.getTime() + 20_000)
      const ok = !random.chance(0.03)
      const verified = ok && !random.chance(0.05)
      if (random.chance(0.6)) content += 1
      const id = String(made).padStart(6, '0')
      if (ok)
        backups.push({
          id,
          name: documentFileName(takenAt),
          database: 'default',
          takenAt,
          size: 1_000_000 + made * 500 + random.below(1000),
          verified,
          pinned: day === pinOnDay && place === 0,
          content: String(content),
          status: 'success',
        })
      made += 1
      const run = { ok, verified, made: ok ? id : null }
      const decisions = applyRetention({ backups, policy, now, run })
      yield { run, decisions }
      backups = decisions.flatMap(({ backup, kept }) => (kept ? backup : []))
    }
}
