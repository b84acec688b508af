import t from 'tap'
import type { RetentionCandidate } from '../../../src/core/retention/candidate.js'
import type { RetentionPolicy } from '../../../src/core/retention/policy.js'
import { apply, candidate, daily, daysAgo, good, keptNames, now, shown } from './candidates.js'

const strict: RetentionPolicy = { last: 1, atMost: 1, olderThanDays: 1, totalBytes: 1 }

t.test('the newest verified backup stays however old it is, and so does the newest', (t) => {
  const backups = [
    candidate(daysAgo(400)),
    candidate(daysAgo(300)),
    candidate(daysAgo(200), { verified: false }),
    candidate(daysAgo(100), { verified: false }),
  ]
  t.strictSame(shown(apply(strict, backups)), [
    '+ 2026-08-14T12:00: 1 of the last 1; the newest backup',
    '- 2026-05-06T12:00: older than 1 day',
    '+ 2026-01-26T12:00: the newest verified backup',
    '- 2025-10-18T12:00: older than 1 day',
  ])
  t.end()
})

t.test('nothing goes after a run that failed or was not verified', (t) => {
  const reasons = (ok: boolean, verified: boolean) => {
    const decisions = apply(strict, daily(9), { ok, verified })
    t.ok(decisions.every(({ kept }) => kept))
    return [...new Set(decisions.flatMap((decision) => decision.reasons))]
  }
  t.strictSame(reasons(false, false), ['nothing is pruned after a run that failed'])
  t.strictSame(reasons(false, true), ['nothing is pruned after a run that failed'])
  t.strictSame(reasons(true, false), ['nothing is pruned after a run that was not verified'])
  t.equal(keptNames(apply(strict, daily(9), null)).length, 2)
  t.end()
})

t.test('a policy that sets no rule prunes nothing, and 0 sets none', (t) => {
  for (const policy of [{}, { timeZone: 'Europe/Zurich' }, { last: 0, atMost: 0, totalBytes: 0 }]) {
    const decisions = apply(policy, daily(9))
    t.ok(decisions.every(({ kept }) => kept))
    t.strictSame(decisions[8]?.reasons, ['the policy sets no rule'])
  }
  t.end()
})

t.test('what is no finished backup, or not of the past, is left alone and takes no place', (t) => {
  const alone = [
    candidate('2026-11-22T12:00:00.001Z', { id: 'tomorrow' }),
    candidate(now, { id: 'running', status: 'in-progress', verified: false }),
    candidate(daysAgo(90), { id: 'failed', status: 'failed', verified: false }),
    candidate('no date', { id: 'undated' }),
  ]
  const own = daily(30)
  const decisions = apply({ last: 4, olderThanDays: 20 }, [...alone, ...own])
  const names = new Set(alone.map(({ id }) => id))
  t.strictSame(shown(decisions.filter(({ backup }) => names.has(backup.id))), [
    '+ tomorrow: left alone: from the future',
    '+ running: left alone: in progress',
    '+ failed: left alone: its run failed',
    '+ undated: left alone: its date can not be read',
  ])
  t.strictSame(
    decisions.filter(({ backup }) => !names.has(backup.id)),
    apply({ last: 4, olderThanDays: 20 }, own),
  )
  t.end()
})

t.test('a pinned backup stays, and so does the one made just now with a wrong clock', (t) => {
  const backups = [
    ...daily(3),
    candidate(daysAgo(500), { pinned: true }),
    candidate(daysAgo(900), { id: 'made' }),
  ]
  const decisions = shown(apply(strict, backups, { ...good, made: 'made' }))
  t.strictSame(decisions.slice(-2), ['+ 2025-07-10T12:00: pinned', '+ made: made just now'])
  t.end()
})

/** One a minute, up to now. */
function flood(count: number, wishes: Partial<RetentionCandidate> = {}): RetentionCandidate[] {
  return Array.from({ length: count }, (_, index) =>
    candidate(new Date(now.getTime() - index * 60_000), { content: 'other', ...wishes }),
  )
}

t.test('a flood of one day leaves the days and weeks before it', (t) => {
  const before = daily(60).slice(1)
  for (const policy of [{ last: 8 }, { atMost: 8 }, { totalBytes: 800 }])
    t.strictSame(keptNames(apply(policy, [...flood(700), ...before])).slice(-4), [
      '2026-11-21T12:00',
      '2026-11-20T12:00',
      '2026-11-15T12:00',
      '2026-11-08T12:00',
    ])
  t.end()
})

t.test('a flood in the first days leaves the oldest backup', (t) => {
  const first = candidate('2026-11-22T00:00:30Z', { id: 'first', content: 'other' })
  t.equal(
    shown(apply({ atMost: 2 }, [first, ...flood(700)])).at(-1),
    '+ first: 2 of at most 2; the oldest, until 3 weeks have a backup',
  )
  t.end()
})

t.test('old pinned backups do not stand in for the oldest of the others', (t) => {
  const pinned = [50, 60].map((days) => candidate(daysAgo(days), { pinned: true }))
  const first = candidate('2026-11-22T00:00:30Z', { id: 'first', content: 'other' })
  const decisions = apply({ atMost: 2, olderThanDays: 10 }, [...pinned, first, ...flood(700)])
  t.ok(keptNames(decisions).includes('first'))
  t.end()
})

t.test('a flood leaves an old verified backup, though newer ones are not verified', (t) => {
  const unverified = daily(30, { verified: false }).slice(1)
  const verified = candidate(daysAgo(40), { id: 'verified', content: 'other' })
  t.equal(
    shown(apply({ last: 8 }, [verified, ...unverified, ...flood(700)])).at(-1),
    '+ verified: one of the last 3 days with a verified backup',
  )
  t.end()
})

t.test('only its own age takes an old backup from what a flood leaves', (t) => {
  const before = daily(60).slice(1)
  const kept = keptNames(apply({ last: 8, olderThanDays: 10 }, [...flood(700), ...before]))
  t.strictSame(kept.slice(8), [
    '2026-11-21T12:00',
    '2026-11-20T12:00',
    '2026-11-15T12:00',
    '2026-11-12T12:00',
  ])
  t.end()
})

t.test('copies of one content do not push out the newest one with another', (t) => {
  const changed = [
    candidate(daysAgo(40), { id: 'changed', content: 'other', verified: false }),
    candidate(daysAgo(41), { id: 'changed, verified', content: 'another' }),
    candidate(daysAgo(42), { id: 'unknown', content: null }),
  ]
  const decided = (policy: RetentionPolicy) => shown(apply(policy, [...changed, ...daily(40)]))
  t.strictSame(decided({ daily: 7, atMost: 12 }).slice(-3), [
    '- changed: no rule keeps it (daily 7)',
    '+ changed, verified: the newest one with another content',
    '- unknown: no rule keeps it (daily 7)',
  ])
  t.match(
    decided({ daily: 7, olderThanDays: 40 }).at(-2),
    '- changed, verified: older than 40 days',
  )
  const unknown = [
    candidate(now, { id: 'newest', content: null }),
    ...changed,
    ...daily(40).slice(1),
  ]
  t.notMatch(shown(apply({ daily: 7 }, unknown)).join(), 'another content')
  t.end()
})

t.test('equal instants are told apart by their ids, whatever the order', (t) => {
  const twins = ['a', 'c', 'b'].map((id) => candidate(now, { id }))
  const old = ['2026-11-12', '2026-11-02'].map((at) => candidate(at))
  for (const given of [twins, twins.toReversed()])
    t.strictSame(keptNames(apply({ daily: 1 }, [...given, ...old])), [
      'c',
      '2026-11-12T00:00',
      '2026-11-02T00:00',
    ])
  t.end()
})

t.test('ten thousand backups are decided about at once', (t) => {
  const hourly = Array.from({ length: 10_000 }, (_, index) =>
    candidate(new Date(now.getTime() - index * 3_600_000)),
  )
  const policy = { last: 8, daily: 30, weekly: 26, monthly: 12, timeZone: 'America/Denver' }
  const started = performance.now()
  t.equal(apply(policy, hourly).length, 10_000)
  t.comment(`${Math.round(performance.now() - started)} ms`)
  t.end()
})
