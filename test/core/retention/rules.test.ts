import t from 'tap'
import { apply, candidate, daily, daysAgo, keptNames, now, shown } from './candidates.js'

t.test('the last ones stay, newest first, and each says why', (t) => {
  t.strictSame(shown(apply({ last: 4 }, daily(5).toReversed())), [
    '+ 2026-11-22T12:00: 1 of the last 4; the newest backup; the newest verified backup',
    '+ 2026-11-21T12:00: 2 of the last 4',
    '+ 2026-11-20T12:00: 3 of the last 4',
    '+ 2026-11-19T12:00: 4 of the last 4',
    '+ 2026-11-18T12:00: the oldest, until 3 weeks have a backup',
  ])
  t.end()
})

t.test(
  'tiers keep the newest of each period, and a period without a backup takes no place',
  (t) => {
    const days = [
      '2026-11-22T08:00Z',
      '2026-11-22T02:00Z',
      '2026-11-20',
      '2026-11-12',
      '2026-11-11',
    ]
    const backups = [...days, '2026-10-31', '2026-09-30', '2025-12-31', '2024-06-01'].map((at) =>
      candidate(at),
    )
    t.strictSame(shown(apply({ daily: 2, weekly: 3, monthly: 3, yearly: 2 }, backups)), [
      '+ 2026-11-22T08:00: the newest of day 2026-11-22; the newest of week 2026-W47; the newest of month 2026-11; the newest of year 2026; the newest backup; the newest verified backup',
      '- 2026-11-22T02:00: no rule keeps it (daily 2, weekly 3, monthly 3, yearly 2)',
      '+ 2026-11-20T00:00: the newest of day 2026-11-20',
      '+ 2026-11-12T00:00: the newest of week 2026-W46',
      '- 2026-11-11T00:00: no rule keeps it (daily 2, weekly 3, monthly 3, yearly 2)',
      '+ 2026-10-31T00:00: the newest of week 2026-W44; the newest of month 2026-10',
      '+ 2026-09-30T00:00: the newest of month 2026-09',
      '+ 2025-12-31T00:00: the newest of year 2025',
      '- 2024-06-01T00:00: no rule keeps it (daily 2, weekly 3, monthly 3, yearly 2)',
    ])
    t.end()
  },
)

t.test('the days of a tier are those of its time zone', (t) => {
  const backups = ['2026-11-22T03:00Z', '2026-11-21T23:30Z', '2026-11-21T12:00Z'].map((at) =>
    candidate(at),
  )
  const kept = (timeZone: string) => keptNames(apply({ daily: 1, timeZone }, [...old, ...backups]))
  // Three weeks of old ones, so that what protects from floods is not at work in these.
  const old = ['2026-10-01', '2026-09-01', '2026-08-01'].map((at) => candidate(at))
  t.strictSame(kept('UTC').slice(0, 2), ['2026-11-22T03:00', '2026-11-21T23:30'])
  t.strictSame(kept('Europe/Zurich').slice(0, 2), ['2026-11-22T03:00', '2026-11-21T12:00'])
  t.strictSame(kept('America/Denver').slice(0, 2), ['2026-11-22T03:00', '2026-10-01T00:00'])
  t.end()
})

t.test('a verified backup stands for its period before a newer one that is not', (t) => {
  const backups = [
    candidate('2026-11-22T12:00Z', { verified: false }),
    candidate('2026-11-22T06:00Z', { verified: false }),
    candidate('2026-11-22T02:00Z'),
    candidate('2026-11-22T01:00Z'),
    ...['2026-11-10', '2026-11-01', '2026-10-20'].map((at) => candidate(at)),
  ]
  const decisions = shown(apply({ daily: 1 }, backups)).slice(0, 4)
  t.strictSame(decisions, [
    '+ 2026-11-22T12:00: the newest backup',
    '- 2026-11-22T06:00: no rule keeps it (daily 1)',
    '+ 2026-11-22T02:00: the newest verified one of day 2026-11-22; the newest verified backup',
    '- 2026-11-22T01:00: no rule keeps it (daily 1)',
  ])
  t.end()
})

t.test('a time is kept to the millisecond, and gone behind it', (t) => {
  const edge = candidate(daysAgo(7), { id: 'edge' })
  const behind = candidate(new Date(daysAgo(7).getTime() - 1), { id: 'behind' })
  const newer = candidate(now, { id: 'newest' })
  const old = ['2026-11-02', '2026-10-20'].map((at) => candidate(at))
  const given = [behind, newer, edge, ...old]
  t.match(shown(apply({ withinDays: 7 }, given)).slice(0, 3), [
    '+ newest: within 7 days; the newest backup; the newest verified backup',
    '+ edge: within 7 days',
    '- behind: no rule keeps it (withinDays 7)',
  ])
  t.strictSame(shown(apply({ olderThanDays: 7 }, given)).slice(0, 3), [
    '+ newest: within 7 days; the newest backup; the newest verified backup',
    '+ edge: within 7 days',
    '- behind: older than 7 days',
  ])
  t.end()
})

t.test('what breaks any limit goes, though a keep rule wants it', (t) => {
  const backups = daily(40)
  const both = apply({ atMost: 10, olderThanDays: 5 }, backups)
  t.equal(keptNames(both).length, 6)
  t.equal(both[6]?.reasons[0], 'older than 5 days')
  const count = apply({ atMost: 6, olderThanDays: 30 }, backups)
  t.strictSame(shown(count).slice(3, 9), [
    '+ 2026-11-19T12:00: 4 of at most 6; within 30 days',
    '- 2026-11-18T12:00: more than 6 backups',
    '- 2026-11-17T12:00: more than 6 backups',
    '- 2026-11-16T12:00: more than 6 backups',
    '+ 2026-11-15T12:00: 5 of at most 6; within 30 days; one of the last 3 weeks with a backup',
    '- 2026-11-14T12:00: more than 6 backups',
  ])
  t.equal(keptNames(count).length, 6)
  t.equal(keptNames(apply({ withinDays: 30, olderThanDays: 4 }, backups)).length, 5)
  t.equal(keptNames(apply({ daily: 30, atMost: 12 }, backups)).length, 12)
  t.end()
})

t.test('a total size takes the oldest, and a pinned backup takes its bytes but no place', (t) => {
  const backups = daily(40, { size: 1_000_000 })
  const policy = { totalBytes: 10_000_000, atMost: 12 }
  const decisions = apply(policy, backups)
  t.equal(keptNames(decisions).length, 10)
  t.strictSame(decisions.at(-1)?.reasons, ['more than 12 backups', 'more than 10.0 MB in all'])
  const pinned = backups.with(20, candidate(daysAgo(20), { size: 3_000_000, pinned: true }))
  t.equal(keptNames(apply(policy, pinned)).length, 8)
  t.equal(keptNames(apply({ atMost: 12 }, pinned)).length, 13)
  t.match(shown(apply({ atMost: 12 }, pinned))[20], '+ 2026-11-02T12:00: pinned')
  t.end()
})

t.test('each database, label and format counts by itself', (t) => {
  const other = [
    { database: 'notes' },
    { label: 'dev' },
    { format: 'sqlite' },
    { database: 'notes', label: 'dev' },
  ]
  const backups = [{}, ...other].flatMap((wishes, index) =>
    daily(30, wishes).map((backup) => ({ ...backup, id: `${backup.id} ${index}` })),
  )
  const alone = keptNames(apply({ last: 5, atMost: 7 }, daily(30))).length
  t.equal(keptNames(apply({ last: 5, atMost: 7 }, backups)).length, 5 * alone)
  t.end()
})
