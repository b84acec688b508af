import t from 'tap'
import { describeHealth } from '../../../src/core/backups/describe-health.js'
import { showAge } from '../../../src/core/backups/show-age.js'
import { isSummaryDue, weeklySummary } from '../../../src/core/backups/weekly-summary.js'
import { backup, failed, hour, known, now, unchanged } from './records.js'

t.test('health says of each database what there is and how old it is', async (t) => {
  const records = [
    failed('d', 1),
    unchanged('c', 'b', 2),
    backup('b', { ageHours: 30, size: 700, models: { a: 7 } }),
    backup('a', { ageHours: 50, change: { startedBy: 'cli' } }),
  ]
  const newest = {
    id: 'b',
    format: 'json',
    at: '2026-11-22T10:00:00.000Z',
    size: 700,
    records: 7,
    durationMs: 2000,
    verifiedAt: '2026-11-21T06:00:00.000Z',
  }
  const health = describeHealth([known(records)], { maxDropPercent: 50 }, now)
  t.strictSame(
    health.findings.map(({ check }) => check),
    ['failed', 'drop'],
  )
  t.strictSame(health.databases, [
    {
      name: 'lab',
      label: 'prod',
      newest,
      formats: [newest],
      archivedAt: null,
      ageMs: 2 * hour,
      runs: { 'in-progress': 0, success: 3, failed: 1 },
      schedules: [{ name: 'daily', succeededAt: '2026-11-22T10:00:00.000Z' }],
    },
  ])
})

t.test('health of nothing is nothing, and an archive has an age too', async (t) => {
  const archivedAt = new Date(now.getTime() - 3 * hour)
  const health = describeHealth([known([]), known([], { archivedAt })], { maxDropPercent: 50 }, now)
  t.match(health.databases, [
    { newest: null, ageMs: null, schedules: [] },
    { newest: null, ageMs: 3 * hour, archivedAt: archivedAt.toISOString() },
  ])
})

t.test('a summary counts the runs of seven days, and tells what there is', async (t) => {
  const records = [
    failed('d', 1),
    backup('c', { ageHours: 24, size: 500, models: { a: 5 }, verdict: null }),
    backup('b', { ageHours: 48, size: 300, stores: ['disk', 's3'] }),
    backup('a', { ageHours: 7 * 24, size: 100 }),
  ]
  t.strictSame(weeklySummary([known(records), known([], { name: 'shop' })], now), {
    from: '2026-11-15T12:00:00.000Z',
    to: '2026-11-22T12:00:00.000Z',
    databases: [
      {
        name: 'lab',
        label: 'prod',
        succeeded: 2,
        failed: 1,
        newest: { takenAt: '2026-11-21T12:00:00.000Z', size: 500, records: 5 },
        verifiedAt: '2026-11-20T12:00:00.000Z',
      },
      { name: 'shop', label: 'prod', succeeded: 0, failed: 0, newest: null, verifiedAt: null },
    ],
    totalBytes: 500 + 600 + 100,
  })
})

t.test('a summary is due with the first run of an ISO week on the clocks of a zone', async (t) => {
  const due = (last: string | null, at: string, zone = 'UTC') =>
    isSummaryDue(last === null ? null : new Date(last), new Date(at), zone)
  const [sunday, monday] = ['2026-11-22T23:30:00Z', '2026-11-23T00:00:00Z']
  t.equal(due(sunday, monday), true)
  t.equal(due(monday, '2026-11-29T23:59:00Z'), false)
  t.equal(due(sunday, monday, 'Europe/Zurich'), false, 'there it was Monday already')
  t.equal(due('2026-11-22T22:30:00Z', '2026-11-22T23:00:00Z', 'Europe/Zurich'), true)
  t.equal(due(null, monday), false, 'there was no week before')
  t.equal(due('2027-06-01T00:00:00Z', monday), true, 'a clock that was wrong silences nothing')
  t.equal(due('2026-12-28T00:00:00Z', '2027-01-03T00:00:00Z'), false, 'one week over New Year')
})

t.test('an age is shown in two units, rounded down', async (t) => {
  const minute = hour / 60
  t.equal(showAge(0), '0 min')
  t.equal(showAge(59.9 * minute), '59 min')
  t.equal(showAge(hour), '1 h')
  t.equal(showAge(26 * hour + 12.5 * minute), '26 h 12 min')
  t.equal(showAge(48 * hour), '2 days')
  t.equal(showAge(12 * 24 * hour + 3.9 * hour), '12 days 3 h')
})
