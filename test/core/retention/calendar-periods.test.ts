import t from 'tap'
import { periodsOf } from '../../../src/core/retention/calendar-periods.js'
import { newestOfPeriods } from '../../../src/core/retention/keep-rules.js'
import { candidate } from './candidates.js'

t.test('weeks are those of ISO 8601, whose years begin with the week of a Thursday', (t) => {
  const weeks: Record<string, string> = {
    '2026-11-22': 'week 2026-W47',
    '2026-11-23': 'week 2026-W48',
    '2025-12-28': 'week 2025-W52',
    '2025-12-29': 'week 2026-W01',
    '2026-12-31': 'week 2026-W53',
    '2027-01-03': 'week 2026-W53',
    '2027-01-04': 'week 2027-W01',
    '2024-12-30': 'week 2025-W01',
    '2021-01-03': 'week 2020-W53',
    '2012-01-01': 'week 2011-W52',
    '1970-01-01': 'week 1970-W01',
    '1969-12-28': 'week 1969-W52',
  }
  for (const [day, week] of Object.entries(weeks))
    t.equal(periodsOf(new Date(`${day}T12:00:00Z`), 'UTC').weekly, week, day)
  t.end()
})

t.test('a day, a month and a year begin where the clocks of the time zone say so', (t) => {
  const at = new Date('2026-12-31T23:30:00Z')
  t.strictSame(periodsOf(at, 'UTC'), {
    daily: 'day 2026-12-31',
    weekly: 'week 2026-W53',
    monthly: 'month 2026-12',
    yearly: 'year 2026',
  })
  t.match(periodsOf(at, 'Europe/Zurich'), { daily: 'day 2027-01-01', yearly: 'year 2027' })
  t.match(periodsOf(at, 'America/Denver'), { daily: 'day 2026-12-31' })
  t.match(periodsOf(new Date('2026-12-31T10:00:00Z'), 'Pacific/Kiritimati'), {
    monthly: 'month 2027-01',
  })
  t.end()
})

t.test('days of 23 and of 25 hours are one day each', (t) => {
  const dayIn = (at: string) => periodsOf(new Date(at), 'Europe/Zurich').daily
  // 2026-03-29 has 23 hours there, 2026-10-25 has 25.
  t.equal(dayIn('2026-03-28T22:59:59Z'), 'day 2026-03-28')
  t.equal(dayIn('2026-03-28T23:00:00Z'), 'day 2026-03-29')
  t.equal(dayIn('2026-03-29T21:59:59Z'), 'day 2026-03-29')
  t.equal(dayIn('2026-03-29T22:00:00Z'), 'day 2026-03-30')
  t.equal(dayIn('2026-10-24T22:00:00Z'), 'day 2026-10-25')
  t.equal(dayIn('2026-10-25T22:59:59Z'), 'day 2026-10-25')
  t.equal(dayIn('2026-10-25T23:00:00Z'), 'day 2026-10-26')
  t.end()
})

t.test('a clock that is set back over midnight makes no third day of two', (t) => {
  // In St. John's at 00:01 on 2006-10-29 it was 23:01 on the day before again.
  const backups = ['2006-10-29T03:00:00Z', '2006-10-29T02:30:30Z', '2006-10-29T02:29:00Z']
  const dated = backups.map((at) => ({
    backup: candidate(at, { id: at }),
    ageMs: 0,
    periods: periodsOf(new Date(at), 'America/St_Johns'),
  }))
  t.strictSame(
    dated.map(({ periods }) => periods.daily),
    ['day 2006-10-28', 'day 2006-10-29', 'day 2006-10-28'],
  )
  t.strictSame(
    newestOfPeriods(dated, 'daily', 2).map(({ backup }) => backup.id),
    backups.slice(0, 2),
  )
  t.end()
})
