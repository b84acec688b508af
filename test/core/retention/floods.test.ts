import fc from 'fast-check'
import t from 'tap'
import { applyRetention } from '../../../src/core/retention/apply-retention.js'
import type { RetentionCandidate } from '../../../src/core/retention/candidate.js'
import { now } from './candidates.js'
import { backups, dayMs, holds, hourMs, policies } from './drawn.js'

const flooding: RetentionCandidate = {
  id: '',
  name: 'flood',
  database: 'queue',
  label: 'prod',
  takenAt: now,
  size: 10,
  verified: true,
  pinned: false,
  content: 'flood',
  status: 'success',
}

t.test('a flood of less than a week, pruned after each, never pushes out all old ones', (t) => {
  const floods = fc.array(fc.integer({ min: 0, max: 6 * 24 + 22 }), { minLength: 1, maxLength: 30 })
  /** Of one series, and of the time before the flood. */
  const before = (given: RetentionCandidate[], began: number): RetentionCandidate[] =>
    given
      .filter(({ status, takenAt }) => status === 'success' && takenAt <= now)
      .map((backup) => ({ ...backup, database: 'queue', label: 'prod', pinned: false }))
      .map((backup) => ({
        ...backup,
        takenAt: new Date(backup.takenAt.getTime() - Number(now) + began - 1),
      }))
  holds(
    (given, hours, policy) => {
      const began = now.getTime() - 7 * dayMs
      const old = before(given, began)
      const lifeMs = (policy.olderThanDays || Infinity) * dayMs
      let left = old
      let flooded: RetentionCandidate[] = []
      for (const [index, hour] of hours.toSorted((a, b) => a - b).entries()) {
        const at = new Date(began + hour * hourMs)
        flooded.push({
          ...flooding,
          id: `flood ${String(index).padStart(3, '0')}`,
          takenAt: at,
          verified: hour % 3 > 0,
        })
        const input = { backups: [...left, ...flooded], policy, now: at, run: null }
        const stays = new Set(
          applyRetention(input).flatMap(({ backup, kept }) => (kept ? backup : [])),
        )
        const young = left.filter(({ takenAt }) => Number(at) - Number(takenAt) <= lifeMs)
        left = left.filter((backup) => stays.has(backup))
        flooded = flooded.filter((backup) => stays.has(backup))
        if (young.length > 0 && left.length === 0) return false
        if (young.some(({ verified }) => verified) && !left.some(({ verified }) => verified))
          return false
      }
      return true
    },
    backups,
    floods,
    policies,
  )
  t.end()
})
