import t from 'tap'
import { periodMs } from '../../../src/core/backups/age-limit.js'
import { cronTimes } from '../../../src/core/cron.js'
import { hour } from './records.js'

const hours = (patterns: readonly string[], at: string, zone = 'UTC'): number | null => {
  const ms = periodMs(
    patterns.map((pattern) => cronTimes(pattern, zone)),
    new Date(at),
  )
  return ms && ms / hour
}

t.test('without a schedule nothing is expected', async (t) => {
  t.equal(hours([], '2026-11-22T12:00:00Z'), null)
})

t.test('the usual schedules have their periods', async (t) => {
  const noon = '2026-11-18T12:00:00Z'
  t.equal(hours(['hourly'], noon), 1)
  t.equal(hours(['daily'], noon), 24)
  t.equal(hours(['weekly'], noon), 7 * 24)
  t.equal(hours(['monthly'], '2026-02-15T00:00:00Z'), 31 * 24, 'January was longer')
})

t.test('a schedule of working days is late neither on Sunday nor on Monday', async (t) => {
  const working = ['0 2 * * 1-5']
  t.equal(hours(working, '2026-11-22T12:00:00Z'), 72)
  t.equal(hours(working, '2026-11-23T02:00:30Z'), 72)
  t.equal(hours(working, '2026-11-24T02:00:30Z'), 24)
})

t.test('of several schedules the shortest counts', async (t) => {
  t.equal(hours(['weekly', '0 */6 * * *'], '2026-11-18T12:00:00Z'), 6)
})

t.test('the day on which clocks are turned back has 25 hours', async (t) => {
  t.equal(hours(['daily'], '2026-10-25T12:00:00Z', 'Europe/Zurich'), 25)
  t.equal(hours(['daily'], '2026-10-27T12:00:00Z', 'Europe/Zurich'), 24)
})
