import fc from 'fast-check'
import t from 'tap'
import type { RetentionCandidate } from '../../../src/core/retention/candidate.js'
import { keepRules } from '../../../src/core/retention/policy.js'
import { now } from './candidates.js'
import {
  backups,
  count,
  dayMs,
  decide,
  holds,
  keep,
  kept,
  limit,
  policies,
  runs,
  seriesIn,
} from './drawn.js'

t.test('each backup given is decided about once, newest first, for a reason', (t) => {
  holds(
    (given, policy, run) => {
      const decisions = decide(given, policy, run)
      const instantsOf = decisions.map(({ backup }) => backup.takenAt.getTime())
      return (
        decisions.length === given.length &&
        new Set(decisions.map(({ backup }) => backup)).size === given.length &&
        decisions.every(({ backup, reasons }) => given.includes(backup) && reasons.length > 0) &&
        instantsOf.every(
          (instant, index) => index === 0 || instant <= Number(instantsOf[index - 1]),
        )
      )
    },
    backups,
    policies,
    runs,
  )
  t.end()
})

t.test('no policy takes away what the laws keep', (t) => {
  holds(
    (given, policy, run) => {
      const stays = kept(given, policy, run)
      const inSeries = seriesIn(given)
      const counted = new Set(inSeries.flat())
      return (
        given.every((backup) => stays.has(backup) || (counted.has(backup) && !backup.pinned)) &&
        given.every((backup) => stays.has(backup) || backup.id !== run?.made) &&
        inSeries.every(([newest]) => newest && stays.has(newest)) &&
        inSeries.every((own) => {
          const verified = own.find((backup) => backup.verified)
          return verified === undefined || stays.has(verified)
        })
      )
    },
    backups,
    policies,
    runs,
  )
  t.end()
})

t.test('nothing goes after a bad run or by an empty policy', (t) => {
  const bad = fc.constantFrom({ ok: false, verified: false }, { ok: true, verified: false })
  holds(
    (given, policy, run) => kept(given, policy, run).size === given.length,
    backups,
    policies,
    bad,
  )
  holds((given, run) => kept(given, {}, run).size === given.length, backups, runs)
  t.end()
})

t.test('a keep rule that is added to others, or raised, takes away nothing that was kept', (t) => {
  const rule = fc.constantFrom(...keepRules)
  const more = fc.integer({ min: 1, max: 12 })
  holds(
    (given, rules, olderThanDays, name, by) => {
      fc.pre(keepRules.some((other) => (rules[other] ?? 0) > 0))
      const policy = { ...rules, olderThanDays }
      const laxer = { ...policy, [name]: (policy[name] ?? 0) + by }
      const stays = kept(given, laxer)
      return [...kept(given, policy)].every((backup) => stays.has(backup))
    },
    backups,
    keep,
    count,
    rule,
    more,
  )
  t.end()
})

t.test('a limit that is raised takes away nothing that was kept', (t) => {
  const more = fc.integer({ min: 1, max: 12 })
  for (const name of ['atMost', 'totalBytes'] as const)
    holds(
      (given, rules, value, by) => {
        const stays = kept(given, { ...rules, [name]: value + by })
        return [...kept(given, { ...rules, [name]: value })].every((backup) => stays.has(backup))
      },
      backups,
      keep,
      more,
      more,
    )
  t.end()
})

t.test('to pin a backup takes away no other, but for its bytes', (t) => {
  holds(
    (given, rules, atMost, olderThanDays, index) => {
      const policy = { ...rules, atMost, olderThanDays }
      const asPinned = given.map((backup, place) =>
        place === index ? { ...backup, pinned: true } : backup,
      )
      const stays = new Set([...kept(asPinned, policy)].map(({ id }) => id))
      return [...kept(given, policy)].every(({ id }) => stays.has(id))
    },
    backups,
    keep,
    count,
    count,
    fc.integer({ min: 0, max: 20 }),
  )
  t.end()
})

t.test('the order in which backups are given does not matter', (t) => {
  const twoOrders = backups.chain((given) =>
    fc.tuple(
      fc.constant(given),
      fc.shuffledSubarray(given, { minLength: given.length, maxLength: given.length }),
    ),
  )
  holds(
    ([given, shuffled], policy, run) => {
      const [one, other] = [decide(given, policy, run), decide(shuffled, policy, run)]
      return JSON.stringify(one) === JSON.stringify(other)
    },
    twoOrders,
    policies,
    runs,
  )
  t.end()
})

t.test('what stayed stays when it is decided about again', (t) => {
  holds(
    (given, policy, run) => {
      const stays = [...kept(given, policy, run)]
      return kept(stays, policy, run).size === stays.length
    },
    backups,
    policies,
    runs,
  )
  t.end()
})

t.test('limits hold, but for what the laws keep', (t) => {
  // The newest, the newest verified one, the one made, another content; three days and three weeks, of
  // all and of the verified ones.
  const byLaws = 16
  holds(
    (given, policy, run) =>
      seriesIn([...kept(given, policy, run)]).every((own) => {
        const { atMost, olderThanDays } = policy
        const counted = own.filter(({ pinned }) => !pinned)
        const old = counted.filter(
          ({ takenAt }) => Number(now) - Number(takenAt) > (olderThanDays || Infinity) * dayMs,
        )
        return counted.length <= Math.max(atMost || Infinity, byLaws) && old.length <= 3
      }),
    backups,
    policies,
    runs,
  )
  t.end()
})

t.test('backups of another content than the newest never all go, but for their age', (t) => {
  holds(
    (given, rules, limits) => {
      const stays = kept(given, { ...rules, ...limits, olderThanDays: 0 })
      return seriesIn(given).every((own) => {
        const contents = (of: RetentionCandidate[]) =>
          new Set(of.flatMap(({ content }) => content ?? [])).size
        if (own[0]?.content === null) return true
        return contents(own) === contents(own.filter((backup) => stays.has(backup)))
      })
    },
    backups,
    keep,
    limit,
  )
  t.end()
})
