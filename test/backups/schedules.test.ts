import t from 'tap'
import { cronTimes } from '../../src/core/cron.js'
import type { BackupRecord } from '../../src/core/backups/catalog.js'
import { claimRun } from '../../src/jobs/backup/claim-run.js'
import { dueRun } from '../../src/main/backups/due-run.js'
import { runSchedules } from '../../src/scheduler/run-schedules.js'
import { memoryStore } from '../support/stores/memory-store.js'
import { StandingClock } from '../support/archive/archive-rig.js'

const signal = new AbortController().signal
const at = (text: string): Date => new Date(text)

t.test('times are those of the clocks, also when these are changed', (t) => {
  const early = cronTimes('30 2 * * *', 'Europe/Zurich')
  t.strictSame(
    early.next(at('2026-03-28T12:00:00Z')),
    at('2026-03-29T01:00:00Z'),
    'left out: after it',
  )
  t.strictSame(early.next(at('2026-03-29T01:00:00Z')), at('2026-03-30T00:30:00Z'))
  t.strictSame(early.next(at('2026-10-24T12:00:00Z')), at('2026-10-25T00:30:00Z'))
  t.strictSame(early.next(at('2026-10-25T00:30:00Z')), at('2026-10-26T01:30:00Z'), 'twice: once')
  const daily = cronTimes('daily', 'UTC')
  t.strictSame(daily.last(at('2026-11-22T00:00:00Z')), at('2026-11-22T00:00:00Z'))
  t.strictSame(daily.last(at('2026-11-21T23:59:59.999Z')), at('2026-11-21T00:00:00Z'))
  for (const wrong of ['x', '* * * *', '61 * * * *', '0 0 31 2 *', '* * * * * *'])
    t.throws(() => cronTimes(wrong, 'UTC'), { code: 'config-invalid' }, wrong)
  t.end()
})

function record(startedAt: string, more: Partial<BackupRecord> = {}): BackupRecord {
  return {
    id: `${startedAt.slice(0, 19).replaceAll(/[-:]/g, '')}Z-000000`,
    database: 'lab',
    label: '',
    format: 'json',
    status: 'success',
    startedAt,
    endedAt: startedAt,
    startedBy: 'schedule default',
    process: null,
    manifest: null,
    error: null,
    warnings: [],
    copies: [],
    pinned: false,
    leaving: [],
    unchangedFrom: null,
    ...more,
  }
}

t.test('what was missed is made good once', (t) => {
  const schedule = { name: 'default', times: cronTimes('daily', 'UTC') }
  const now = at('2026-11-22T08:00:00Z')
  const due = at('2026-11-22T00:00:00Z')
  const missed = { now, due: null, missed: true }
  const yesterday = record('2026-11-21T00:00:05.000Z')
  t.strictSame(dueRun(schedule, [], missed), null, 'a new catalog has missed nothing')
  t.strictSame(dueRun(schedule, [yesterday], missed), { schedule: 'default', due, attempt: 1 })
  t.equal(dueRun(schedule, [record('2026-11-22T00:00:05.000Z'), yesterday], missed), null)
  const byHand = record('2026-11-22T07:00:00.000Z', { startedBy: 'cli' })
  t.ok(dueRun(schedule, [byHand, yesterday], missed), 'a run by hand is no run of the schedule')
  const error = { code: 'aborted', message: '', hint: '', details: {} } as const
  const died = record('2026-11-22T00:00:05.000Z', { status: 'failed', error })
  t.strictSame(dueRun(schedule, [died, yesterday], missed), {
    schedule: 'default',
    due,
    attempt: 2,
  })
  t.equal(dueRun(schedule, [died, died, yesterday], missed), null, 'not for ever')
  const failed = record('2026-11-22T00:00:05.000Z', {
    status: 'failed',
    error: { ...error, code: 'database-busy' },
  })
  t.equal(dueRun(schedule, [failed, yesterday], missed), null, 'what failed was not missed')
  t.strictSame(dueRun(schedule, [], { ...missed, missed: false })?.due, due)
  t.end()
})

t.test('of all that claim a run one gets it, and old claims go', async (t) => {
  const objects = new Map<string, Buffer>()
  const claim = (due: string, attempt = 1) =>
    claimRun(
      memoryStore('shared', objects),
      { schedule: 'default', due: at(due), attempt },
      { now: at(due), signal },
    )
  const ten = await Promise.all(Array.from({ length: 10 }, () => claim('2026-11-22T00:00:00Z')))
  t.strictSame(ten.filter(Boolean), [true])
  t.equal(await claim('2026-11-22T00:00:00Z', 2), true, 'another attempt')
  t.equal(await claim('2026-11-23T00:00:00Z'), true)
  t.equal(objects.size, 3)
  t.equal(await claim('2027-02-01T00:00:00Z'), true)
  t.equal(objects.size, 1)
})

t.test('runs start at their times, one after the other, until the end', async (t) => {
  const clock = new StandingClock('2026-11-22T23:50:00.000Z')
  const stop = new AbortController()
  const ran: string[] = []
  const lines: string[] = []
  await runSchedules({
    schedules: [{ name: 'default', times: cronTimes('0 * * * *', 'UTC') }],
    clock,
    run: async (name, due) => {
      ran.push(`${name} ${due?.toISOString() ?? 'missed'}`)
      // The second one takes more than an hour.
      if (ran.length === 2) clock.set('2026-11-23T01:10:00.000Z')
      if (ran.length === 3) stop.abort()
    },
    log: (line) => lines.push(line),
    signal: stop.signal,
  })
  t.strictSame(ran, [
    'default missed',
    'default 2026-11-23T00:00:00.000Z',
    'default 2026-11-23T02:00:00.000Z',
  ])
  t.match(lines[0], /next run is at 2026-11-23T00:00:00/)
})

t.test('a run that can not be started is told, and the next one starts', async (t) => {
  const clock = new StandingClock('2026-11-22T23:50:00.000Z')
  const stop = new AbortController()
  const lines: string[] = []
  let runs = 0
  await runSchedules({
    schedules: [{ name: 'default', times: cronTimes('hourly', 'UTC') }],
    clock,
    run: async () => {
      runs += 1
      if (runs === 3) stop.abort()
      throw new Error('no memory')
    },
    log: (line) => lines.push(line),
    signal: stop.signal,
  })
  t.equal(runs, 3)
  t.match(lines.join('\n'), /could not be started: no memory/)
})
