import assert from 'node:assert/strict'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import fc from 'fast-check'
import t, { type Test } from 'tap'
import { openCatalog } from '../../src/catalog/open-catalog.js'
import { addRun } from '../../src/catalog/runs.js'
import type { BackupRecord, CatalogWarning } from '../../src/core/backups/catalog.js'
import { describeHealth } from '../../src/core/backups/describe-health.js'
import type { KnownBackups } from '../../src/core/backups/known-backups.js'
import { historiesOf, type RunHistory } from '../../src/core/backups/run-history.js'
import { idOf, instantOf, manifestOf, runOf, succeeded } from './run-of.js'

const hour = 3600
/** In the middle of what is drawn: half of the hours are of the future, by a clock that is wrong. */
const at = 40 * hour
const now = new Date(instantOf(at))

const verdicts = ['snapshot', 'round-trip', 'bytes', null] as const

const copy = fc.record({
  store: fc.constantFrom('disk', 's3', "it's"),
  verdict: fc.constantFrom(...verdicts),
})

/** Hours that meet, so that runs of one instant are told apart by their ids. */
const drawnRun = fc.record({
  startHour: fc.integer({ min: 20, max: 43 }),
  database: fc.constantFrom('lab', 'shop'),
  label: fc.constantFrom('prod', 'dev'),
  format: fc.constantFrom('json' as const, 'sqlite' as const),
  status: fc.constantFrom('success', 'success', 'failed', 'in-progress' as const),
  startedBy: fc.constantFrom('cli', 'schedule daily', 'schedule weekly', 'Schedule daily'),
  /** Bytes; null: no archive. */
  size: fc.option(fc.integer({ min: 0, max: 1000 }), { freq: 4 }),
  proved: fc.constantFrom('snapshot' as const, 'snapshot' as const, null),
  records: fc.integer({ min: 0, max: 100 }),
  copies: fc.array(copy, { maxLength: 3 }),
  /** Which of the other runs it found again. */
  found: fc.option(fc.nat(), { freq: 2 }),
})
type DrawnRun = typeof drawnRun extends fc.Arbitrary<infer T> ? T : never

function recordOf(drawn: DrawnRun, number: number, ids: readonly string[]): BackupRecord {
  const { startHour, size, proved, records, copies, found, ...plain } = drawn
  const second = startHour * hour
  const id = ids[number] ?? ''
  const manifest = manifestOf(second)
  return runOf(second, {
    ...plain,
    id,
    endedAt: instantOf(second + 7),
    manifest:
      size === null
        ? null
        : {
            ...manifest,
            id,
            proved,
            records,
            format: plain.format,
            archive: { ...manifest.archive, size },
            models: [{ model: 'auth.User', records }],
          },
    copies: copies.map(({ store, verdict }, index) => ({
      store,
      manifestName: `${index}.manifest.json`,
      verification: verdict && {
        octavo_verification: 1,
        id,
        at: instantOf(second + index),
        verdict,
      },
    })),
    unchangedFrom: found === null ? null : (ids[found % ids.length] ?? null),
  })
}

const idsFor = (runs: readonly DrawnRun[]): string[] =>
  runs.map(({ startHour }, number) =>
    idOf(startHour * hour, (number * 7919).toString(16).padStart(6, '0')),
  )

/** A health check by each of the settings that finds something. */
function healthOf(histories: readonly RunHistory[]) {
  const known = histories.map(({ database: name, ...history }): KnownBackups => ({
    ...history,
    name,
    periodMs: name === 'lab' ? 5 * hour * 1000 : null,
    archivedAt: null,
  }))
  const limits = { minBackupBytes: 300, maxTotalBytes: 900, maxDropPercent: 20 }
  return describeHealth(known, limits, now)
}

async function openNew(t: Test) {
  const file = join(t.testdir(), 'catalog.sqlite3')
  const warnings: CatalogWarning[] = []
  const catalog = await openCatalog(file, { warn: (warning) => warnings.push(warning) })
  // Hundreds of runs: what is synced for each is proved elsewhere.
  const connection = new Database(file)
  connection.pragma('synchronous = off')
  t.teardown(() => (connection.close(), catalog.close()))
  const fill = connection.transaction((records: readonly BackupRecord[]) => {
    connection.exec('DELETE FROM runs')
    for (const record of records) addRun(connection, record)
  })
  return { catalog, connection, warnings, fill }
}

t.test('a check of what the catalog sums up is one of the whole list', async (t) => {
  const { catalog, fill } = await openNew(t)
  const met = new Set<string>()
  await fc.assert(
    fc.asyncProperty(fc.array(drawnRun, { maxLength: 25 }), async (drawn) => {
      const ids = idsFor(drawn)
      fill(drawn.map((run, number) => recordOf(run, number, ids)))
      const summed = healthOf(await catalog.histories(now))
      const whole = healthOf(historiesOf(await catalog.list(), now))
      assert.deepStrictEqual(summed, whole)
      for (const { check } of summed.findings) met.add(check)
    }),
    { numRuns: 400 },
  )
  const checks = ['drop', 'failed', 'missing', 'not-verified', 'too-old', 'too-small', 'total-size']
  t.strictSame([...met].toSorted(), checks, 'with every check')
})

/** Of 4 each hour: it went well, found that again, in the other format, or failed. */
function longHistory(hours: number): BackupRecord[] {
  return Array.from({ length: hours }, (_, hourOf): BackupRecord[] => {
    const [stored, again, page, failed] = [0, 1, 2, 3].map((part) => hourOf * hour + part * 60)
    if (!stored || !again || !page || !failed) return []
    const manifest = { ...manifestOf(page), format: 'sqlite' as const }
    return [
      runOf(stored, succeeded(stored)),
      runOf(again, { status: 'success', unchangedFrom: idOf(stored) }),
      runOf(page, { ...succeeded(page), manifest, format: 'sqlite' }),
      runOf(failed, { status: 'failed' }),
    ]
  }).flat()
}

t.test('a check reads few runs, however many there are', async (t) => {
  const { catalog, connection, warnings, fill } = await openNew(t)
  fill(longHistory(40))
  const whole = healthOf(historiesOf(await catalog.list(), now))
  // Whoever reads one of these says so.
  const spoil = connection.prepare(
    "UPDATE runs SET rest = json_set(rest, '$.warnings', 'none') WHERE started_at < ?",
  )
  const { changes } = spoil.run(instantOf(38 * hour))
  t.equal(changes, 37 * 4)
  t.strictSame(healthOf(await catalog.histories(now)), whole)
  const read = (await catalog.histories(now)).flatMap(({ records }) => records)
  t.strictSame(warnings, [])
  t.strictSame(
    read.map(({ id }) => id),
    [3, 2, 1, 0]
      .map((part) => idOf(39 * hour + part * 60))
      .concat([2, 0].map((part) => idOf(38 * hour + part * 60))),
  )
  t.equal((await catalog.list()).length, 8, 'as a list does')
  t.equal(warnings.length, changes)
})

t.test('a run that can not be read hides none of the others from a check', async (t) => {
  const { catalog, connection, warnings, fill } = await openNew(t)
  fill(longHistory(40))
  const tally = (await catalog.histories(now))[0]?.tally
  connection.exec(`
    UPDATE runs SET rest = 'half a' WHERE id = '${idOf(39 * hour + 180)}';
    UPDATE runs SET rest = json_remove(rest, '$.pinned') WHERE id = '${idOf(39 * hour)}'`)
  const [found] = await catalog.histories(now)
  if (!found || !tally) return t.fail('no history')
  const listed = historiesOf(await catalog.list(), now).map((one) => ({ ...one, tally }))
  t.strictSame(healthOf([found]), healthOf(listed))
  t.strictSame(found.tally, tally, 'it is counted all the same')
  t.strictSame(
    warnings.map(({ kind }) => kind),
    ['unreadable', 'unreadable'],
  )
})

t.test('the last run of each database says its label, and who is first', async (t) => {
  const { catalog, fill } = await openNew(t)
  t.strictSame(await catalog.histories(now), [])
  fill([
    runOf(1, { database: 'lab', label: 'old' }),
    runOf(2, { database: 'shop' }),
    runOf(3, { database: 'lab', label: 'new' }),
  ])
  t.match(await catalog.histories(now), [
    { database: 'lab', label: 'new' },
    { database: 'shop', label: 'prod' },
  ])
})

t.test('others have their turn while a page is read', async (t) => {
  const { catalog, fill } = await openNew(t)
  fill(longHistory(52))
  let turns = 0
  let next = setImmediate(function turn() {
    turns += 1
    next = setImmediate(turn)
  })
  t.teardown(() => clearImmediate(next))
  const page = await catalog.list({ limit: 200 })
  t.ok(turns >= 7, `${turns} turns`)
  t.strictSame(page, (await catalog.list()).slice(0, 200))
  const ofFormat = { format: 'sqlite', limit: 30 } as const
  t.equal((await catalog.list(ofFormat)).length, 30)
  t.strictSame(
    await catalog.list({ ...ofFormat, limit: 60 }),
    await catalog.list({ format: 'sqlite' }),
  )
})
