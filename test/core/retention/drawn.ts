import fc from 'fast-check'
import { applyRetention, type EndedRun } from '../../../src/core/retention/apply-retention.js'
import type { RetentionCandidate } from '../../../src/core/retention/candidate.js'
import type { RetentionPolicy } from '../../../src/core/retention/policy.js'
import { now } from './candidates.js'

export const hourMs = 3_600_000
export const dayMs = 24 * hourMs

/** Instants are drawn by the hour, so that some are equal; a few are of the future. */
const instants = fc
  .oneof(fc.integer({ min: -30, max: 24 * 12 }), fc.integer({ min: 0, max: 24 * 100 }))
  .map((hours) => new Date(now.getTime() - hours * hourMs))

export const backups: fc.Arbitrary<RetentionCandidate[]> = fc
  .array(
    fc.record({
      name: fc.constant('backup'),
      database: fc.constantFrom('queue', 'notes'),
      label: fc.constantFrom('prod', 'prod', 'dev'),
      takenAt: instants,
      size: fc.integer({ min: 0, max: 50 }),
      verified: fc.boolean(),
      pinned: fc.integer({ min: 0, max: 9 }).map((dice) => dice === 0),
      content: fc.constantFrom('a', 'b', null),
      status: fc.constantFrom('success', 'success', 'success', 'success', 'failed', 'in-progress'),
    }),
    { maxLength: 40 },
  )
  .map((all) => all.map((backup, index) => ({ ...backup, id: `backup ${index}` })))

export const count = fc.option(fc.integer({ min: 0, max: 12 }), { nil: undefined })
const timeZone = fc.constantFrom(undefined, 'UTC', 'America/Denver', 'Pacific/Kiritimati')
export const keep = fc.record({
  last: count,
  withinDays: count,
  daily: count,
  weekly: count,
  monthly: count,
  yearly: count,
  timeZone,
})
export const limit = fc.record({ atMost: count, olderThanDays: count, totalBytes: count })
export const policies: fc.Arbitrary<RetentionPolicy> = fc
  .tuple(keep, limit)
  .map(([rules, limits]) => ({ ...rules, ...limits }))
export const runs = fc.constantFrom<(EndedRun | null)[]>(
  null,
  { ok: true, verified: true },
  { ok: true, verified: true, made: 'backup 3' },
)

export function decide(
  given: readonly RetentionCandidate[],
  policy: RetentionPolicy,
  run: EndedRun | null = null,
) {
  return applyRetention({ backups: given, policy, now, run })
}

export function kept(
  given: readonly RetentionCandidate[],
  policy: RetentionPolicy,
  run: EndedRun | null = null,
): ReadonlySet<RetentionCandidate> {
  const decisions = decide(given, policy, run).filter((decision) => decision.kept)
  return new Set(decisions.map(({ backup }) => backup))
}

/** The finished backups of the past by series, the newest first. */
export function seriesIn(given: readonly RetentionCandidate[]): RetentionCandidate[][] {
  const counted = given
    .filter(({ status, takenAt }) => status === 'success' && takenAt <= now)
    .toSorted((a, b) => Number(b.takenAt) - Number(a.takenAt) || (a.id < b.id ? 1 : -1))
  const names = new Set(counted.map(({ database, label }) => `${database} ${label}`))
  return [...names].map((name) =>
    counted.filter(({ database, label }) => `${database} ${label}` === name),
  )
}

/** `fc.assert` of a claim that holds or not. */
export function holds<T extends unknown[]>(
  claim: (...drawn: T) => boolean,
  ...arbitraries: { [K in keyof T]: fc.Arbitrary<T[K]> }
): void {
  fc.assert(
    fc.property(fc.tuple<T>(...arbitraries), (drawn) => claim(...drawn)),
    { numRuns: 300 },
  )
}
