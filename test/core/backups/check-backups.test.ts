import t, { type Test } from 'tap'
import { checkBackups } from '../../../src/core/backups/check-backups.js'
import type { AlarmLimits, KnownBackups } from '../../../src/core/backups/known-backups.js'
import { backup, failed, hour, known, now, unchanged } from './records.js'

const usual: AlarmLimits = { maxDropPercent: 50 }
const second = 1 / 3600

function check(databases: KnownBackups, limits: Partial<AlarmLimits> = {}) {
  return checkBackups([databases], { ...usual, ...limits }, now)
}

function names(databases: KnownBackups, limits: Partial<AlarmLimits> = {}): string[] {
  return check(databases, limits).map(({ check: name }) => name)
}

/** Every finding says what is wrong, of what, and what to do. */
function advises(t: Test, databases: KnownBackups, limits: Partial<AlarmLimits> = {}): void {
  for (const { database, message, hint } of check(databases, limits)) {
    t.equal(database, 'lab')
    t.match(message, /^[^A-Z].{15,}[^.]$/)
    t.match(hint, /^[A-Z].{15,}\.$/)
  }
}

t.test('a fresh, proved backup of a daily schedule is all that it takes', async (t) => {
  t.strictSame(check(known([backup('a', { ageHours: 12 })])), [])
})

t.test('of a daily schedule a backup may be 25 hours old, and no second more', async (t) => {
  t.strictSame(check(known([backup('a', { ageHours: 25 })])), [])
  const late = known([backup('a', { ageHours: 25 + second })])
  t.match(check(late), [
    {
      check: 'too-old',
      backup: 'a',
      message: 'the newest backup is 25 h old, and may be 25 h',
      hint: /octavo backup lab/,
    },
  ])
  advises(t, late)
})

t.test('of another schedule it may be as old as its period and 3 hours', async (t) => {
  for (const period of [1, 6, 7 * 24]) {
    const change = { periodMs: period * hour }
    t.strictSame(check(known([backup('a', { ageHours: period + 3 })], change)), [])
    t.strictSame(names(known([backup('a', { ageHours: period + 3 + second })], change)), [
      'too-old',
    ])
  }
})

t.test('on the longest day of the year a daily schedule has an hour more', async (t) => {
  const change = { periodMs: 25 * hour }
  t.strictSame(names(known([backup('a', { ageHours: 26 })], change)), [])
  t.strictSame(names(known([backup('a', { ageHours: 26 + second })], change)), ['too-old'])
})

t.test('MAX_AGE_HOURS overrides the schedule, and works without one', async (t) => {
  const old = [backup('a', { ageHours: 48 })]
  for (const periodMs of [24 * hour, null]) {
    t.strictSame(names(known(old, { periodMs }), { maxAgeHours: 48 }), [])
    t.strictSame(names(known(old, { periodMs }), { maxAgeHours: 47 }), ['too-old'])
  }
  t.strictSame(names(known([], { periodMs: null }), { maxAgeHours: 47 }), ['missing'])
})

t.test('no backup is missing where nobody makes any', async (t) => {
  t.match(check(known([])), [
    { check: 'missing', backup: null, hint: /octavo backup lab.*SCHEDULE=off/ },
  ])
  advises(t, known([]))
  t.strictSame(check(known([], { periodMs: null })), [])
  const running = backup('a', { ageHours: 0, stores: [], change: { status: 'in-progress' } })
  t.strictSame(check(known([running], { periodMs: null })), [], 'the first one is on its way')
  t.strictSame(check(known([backup('a', { ageHours: 9000 })], { periodMs: null })), [])
})

t.test('without a schedule a backup is missing where runs ended and none is good', async (t) => {
  const off = { periodMs: null }
  const bad = known([failed('b', 1), backup('a', { ageHours: 2, stores: [] })], off)
  t.match(check(bad), [
    {
      check: 'missing',
      backup: null,
      message: 'no store holds a backup that is good, after 2 runs',
      hint: /octavo list.*octavo backup lab/,
    },
    { check: 'failed' },
  ])
  advises(t, bad)
  t.match(check(known([failed('b', 1)], off)), [{ message: /after 1 run$/ }, { check: 'failed' }])
  t.strictSame(names(known([failed('b', 1), backup('a', { ageHours: 900 })], off)), ['failed'])
  const archivedAt = new Date(now.getTime() - hour)
  t.strictSame(names(known([failed('b', 1)], { ...off, archivedAt })), ['failed'])
})

t.test('what no store holds any more is no backup', async (t) => {
  t.strictSame(names(known([backup('a', { ageHours: 1, stores: [] })])), ['missing'])
  const gone = backup('a', { ageHours: 30, stores: [] })
  t.strictSame(names(known([unchanged('b', 'a', 1), gone])), ['missing'])
})

t.test('a run that found nothing new is as fresh as a backup, and as proved', async (t) => {
  const stored = backup('a', { ageHours: 300 })
  t.strictSame(check(known([unchanged('b', 'a', 25), stored])), [])
  t.match(check(known([unchanged('b', 'a', 26), stored])), [{ check: 'too-old', backup: 'a' }])
  const unproved = backup('a', { ageHours: 300, verdict: null })
  t.match(check(known([unchanged('b', 'a', 1), unproved])), [
    { check: 'not-verified', backup: 'a' },
  ])
})

t.test('an archive that was reported counts as a backup', async (t) => {
  const archived = (hours: number) => ({ archivedAt: new Date(now.getTime() - hours * hour) })
  t.strictSame(check(known([], archived(25))), [])
  t.strictSame(check(known([backup('a', { ageHours: 90 })], archived(2))), [])
  t.match(check(known([], archived(26))), [
    { check: 'too-old', backup: null, message: /^what the archiver committed last is 26 h old/ },
  ])
  t.match(check(known([backup('a', { ageHours: 26 })], archived(90))), [
    { check: 'too-old', backup: 'a' },
  ])
})

t.test('an archiver that stopped is told after 8 days, whatever else there is', async (t) => {
  const archived = (hours: number) => ({ archivedAt: new Date(now.getTime() - hours * hour) })
  const fresh = [backup('a', { ageHours: 1 })]
  t.strictSame(check(known(fresh, archived(8 * 24))), [])
  const stopped = known(fresh, archived(8 * 24 + second))
  t.match(check(stopped), [
    { check: 'archive-stopped', message: 'the archiver committed nothing for 8 days' },
  ])
  advises(t, stopped)
})

t.test('what is of the future proves nothing, up to an hour aside', async (t) => {
  t.strictSame(check(known([backup('a', { ageHours: -1 })])), [])
  t.strictSame(names(known([backup('a', { ageHours: -1 - second })])), ['missing'])
  const archivedAt = new Date(now.getTime() + 2 * hour)
  t.strictSame(names(known([], { archivedAt })), ['missing'])
  const ahead = failed('z', -5)
  t.strictSame(check(known([ahead, backup('a', { ageHours: 1 })])), [])
})

t.test('a last run that failed is told, until one goes well', async (t) => {
  const good = backup('a', { ageHours: 3 })
  const bad = known([failed('b', 2), good])
  t.match(check(bad), [
    {
      check: 'failed',
      backup: 'b',
      message: 'the last run (json) failed: the disk is full (space-short)',
      hint: 'Free some space. Then run `octavo backup lab --format json`.',
    },
  ])
  advises(t, bad)
  t.strictSame(check(known([backup('c', { ageHours: 1 }), failed('b', 2), good])), [])
})

t.test('a run that is under way neither fails nor counts', async (t) => {
  const running = backup('c', { ageHours: 0, change: { status: 'in-progress' } })
  t.strictSame(names(known([running, failed('b', 1), backup('a', { ageHours: 2 })])), ['failed'])
  t.strictSame(names(known([running])), ['missing'])
})

t.test('of two formats one that went well does not hide one that did not', async (t) => {
  const page = backup('b', { ageHours: 1, format: 'sqlite' })
  const older = backup('a', { ageHours: 3 })
  t.match(check(known([page, failed('c', 2), older])), [{ check: 'failed', backup: 'c' }])
})

t.test('a run that failed in one store and is proved in another left a backup', async (t) => {
  const half = (verdict: 'snapshot' | null) =>
    backup('a', { ageHours: 1, verdict, change: { status: 'failed' } })
  t.strictSame(names(known([half('snapshot')])), ['failed'])
  t.strictSame(names(known([half(null)])), ['missing', 'failed'])
})

t.test('the newest backup has to be proved from a store', async (t) => {
  const older = backup('a', { ageHours: 3 })
  for (const verdict of [null, 'bytes'] as const) {
    const databases = known([backup('b', { ageHours: 1, verdict }), older])
    t.match(check(databases), [{ check: 'not-verified', backup: 'b', hint: /octavo verify b/ }])
    advises(t, databases)
  }
  const whole = backup('b', { ageHours: 1 })
  const unproved = { ...whole, manifest: whole.manifest && { ...whole.manifest, proved: null } }
  t.strictSame(names(known([unproved, older])), ['not-verified'])
})

t.test('the newest backup may have MIN_BACKUP_BYTES, and not one less', async (t) => {
  const older = backup('a', { ageHours: 3, size: 1 })
  const at = (size: number) => known([backup('b', { ageHours: 1, size }), older])
  t.strictSame(names(at(1000), { minBackupBytes: 1000 }), [])
  t.match(check(at(999), { minBackupBytes: 1000 }), [
    { check: 'too-small', backup: 'b', message: /999 bytes, and should have 1\.0 kB/ },
  ])
  advises(t, at(999), { minBackupBytes: 1000 })
  t.strictSame(names(at(0)), [])
})

t.test('what is in one store may take MAX_TOTAL_BYTES, and not one more', async (t) => {
  const databases = known([
    backup('c', { ageHours: 1, size: 600, stores: ['disk', 's3'] }),
    backup('b', { ageHours: 2, size: 400, stores: ['disk'] }),
    backup('a', { ageHours: 3, size: 9000, stores: [] }),
  ])
  t.strictSame(names(databases, { maxTotalBytes: 1000 }), [])
  t.match(check(databases, { maxTotalBytes: 999 }), [
    { check: 'total-size', backup: null, message: /^all backups in disk take 1\.0 kB/ },
  ])
  t.equal(check(databases, { maxTotalBytes: 599 }).length, 2)
  advises(t, databases, { maxTotalBytes: 999 })
})

t.test('a model may lose half of its records, and not one more', async (t) => {
  const at = (models: Record<string, number>, before: Record<string, number> = { a: 100, b: 7 }) =>
    known([backup('new', { ageHours: 1, models }), backup('old', { ageHours: 2, models: before })])
  t.strictSame(check(at({ a: 50, b: 7 })), [])
  t.match(check(at({ a: 49, b: 7 })), [
    {
      check: 'drop',
      backup: 'new',
      message: 'a has 49 records, and had 100 in backup old',
      hint: /octavo pin old.*octavo diff old new/,
    },
  ])
  advises(t, at({ a: 49, b: 7 }))
  t.strictSame(names(at({ a: 89, b: 7 }), { maxDropPercent: 10 }), ['drop'])
  t.strictSame(names(at({ a: 90, b: 7 }), { maxDropPercent: 10 }), [])
  t.strictSame(names(at({ a: 0, b: 7 }), { maxDropPercent: 100 }), [])
  t.strictSame(names(at({ a: 300, b: 0 })), [], 'under 10 records are a day of work')
  t.strictSame(names(at({ a: 0 }, { a: 9 })), [])
  t.strictSame(names(at({ a: 0 }, { a: 10 })), ['drop'])
  t.strictSame(names(at({ b: 7 })), ['drop'], 'a model that is gone lost all')
})

t.test('what lost most comes first', async (t) => {
  const databases = known([
    backup('new', { ageHours: 1, models: { a: 0, b: 0 } }),
    backup('old', { ageHours: 2, models: { a: 20, b: 30 } }),
  ])
  t.match(check(databases), [{ message: /^b has 0/ }, { message: /^a has 0/ }])
})

t.test('rows that are left out on purpose are not lost', async (t) => {
  const models = { 'sessions.Session': 0, a: 100 }
  const databases = known([
    backup('new', { ageHours: 1, models, excluded: ['sessions.Session'] }),
    backup('old', { ageHours: 2, models: { 'sessions.Session': 5000, a: 100 } }),
  ])
  t.strictSame(check(databases), [])
})

t.test('records are compared with the backup before of the same format', async (t) => {
  const lost = backup('d', { ageHours: 1, models: { a: 10 } })
  const page = backup('c', { ageHours: 1, models: { a: 10 }, format: 'sqlite' })
  const before = backup('b', { ageHours: 24, models: { a: 100 } })
  t.match(check(known([lost, page, failed('x', 2), before])), [{ check: 'drop', backup: 'd' }])
  t.match(check(known([unchanged('e', 'd', 0), lost, before])), [{ check: 'drop', backup: 'd' }])
  t.strictSame(check(known([page, before])), [], 'nothing to compare with')
})

t.test('each database is checked by itself', async (t) => {
  const found = checkBackups(
    [known([], { name: 'shop' }), known([backup('a', { ageHours: 1 })]), known([])],
    usual,
    now,
  )
  t.strictSame(
    found.map(({ database, check: name }) => [database, name]),
    [
      ['shop', 'missing'],
      ['lab', 'missing'],
    ],
  )
})
