import assert from 'node:assert/strict'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import fc from 'fast-check'
import t, { type Test } from 'tap'
import { openCatalog } from '../../src/catalog/open-catalog.js'
import { pageStatement } from '../../src/catalog/run-pages.js'
import { addRun } from '../../src/catalog/runs.js'
import type { BackupRecord, CatalogWarning } from '../../src/core/backups/catalog.js'
import { countChanges } from '../../src/core/backups/count-changes.js'
import { provedAt } from '../../src/core/backups/good-backups.js'
import { runOrders, type RunFilter, type RunPageWish } from '../../src/core/backups/run-page.js'
import { isMade, isSameSeries } from '../../src/core/backups/size-trend.js'
import { idOf, instantOf, manifestOf, runOf, succeeded } from './run-of.js'

const day = 86_400

async function openNew(t: Test) {
  const file = join(t.testdir(), 'catalog.sqlite3')
  const warnings: CatalogWarning[] = []
  const catalog = await openCatalog(file, { warn: (warning) => warnings.push(warning) })
  const connection = new Database(file)
  connection.pragma('synchronous = off')
  t.teardown(() => (connection.close(), catalog.close()))
  const fill = connection.transaction((records: readonly BackupRecord[]) => {
    connection.exec('DELETE FROM runs')
    for (const record of records) addRun(connection, record)
  })
  return { catalog, connection, warnings, fill }
}

const newest: RunPageWish = {
  filter: {},
  order: 'started',
  descending: true,
  offset: 0,
  limit: 50,
}

const drawnRun = fc.record({
  half: fc.integer({ min: 0, max: 8 }),
  database: fc.constantFrom('lab', 'shop', "it's"),
  label: fc.constantFrom('prod', 'prod', 'dev', ''),
  format: fc.constantFrom('json' as const, 'sqlite' as const),
  status: fc.constantFrom('success', 'success', 'failed', 'in-progress' as const),
  startedBy: fc.constantFrom('cli', 'schedule Daily', 'key 100%'),
  tookMs: fc.option(fc.integer({ min: 0, max: 5000 })),
  size: fc.option(fc.integer({ min: 0, max: 3 }), { freq: 4 }),
  records: fc.integer({ min: 0, max: 3 }),
  proved: fc.constantFrom('snapshot' as const, null),
  copies: fc.array(
    fc.record({
      store: fc.constantFrom('disk', 'disk-2', 's3'),
      verdict: fc.constantFrom('snapshot' as const, 'bytes' as const, null),
      second: fc.integer({ min: 0, max: 9 }),
    }),
    { maxLength: 3 },
  ),
})
type DrawnRun = typeof drawnRun extends fc.Arbitrary<infer T> ? T : never

function recordOf(drawn: DrawnRun, number: number): BackupRecord {
  const { half, tookMs, size, proved, records, copies, ...plain } = drawn
  const second = (half * day) / 2
  const id = idOf(second, (number * 7919).toString(16).padStart(6, '0'))
  const manifest = { ...manifestOf(second), id, proved, records, format: plain.format }
  return runOf(second, {
    ...plain,
    id,
    endedAt:
      tookMs === null ? null : new Date(Date.parse(instantOf(second)) + tookMs).toISOString(),
    manifest: size === null ? null : { ...manifest, archive: { ...manifest.archive, size } },
    copies: copies.map((copy, index) => ({
      store: copy.store,
      manifestName: `${index}.manifest.json`,
      verification: copy.verdict && {
        octavo_verification: 1,
        id,
        at: instantOf(copy.second),
        verdict: copy.verdict,
      },
    })),
  })
}

const maybe = <T>(...values: T[]) =>
  fc.oneof(
    { weight: 6, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.constantFrom(...values) },
  )
const drawnWish = fc.record({
  filter: fc.record<RunFilter>({
    database: maybe('lab', "it's"),
    label: maybe('dev'),
    status: maybe('success' as const, 'failed' as const),
    format: maybe('json' as const),
    store: maybe('disk', 's3', 'dis'),
    text: maybe('DAILY', '100%', '20260103t', '_'),
    fromDay: maybe('2026-01-02', '2026-01-04'),
    toDay: maybe('2026-01-02', '2026-01-04'),
  }),
  order: fc.constantFrom(...runOrders),
  descending: fc.boolean(),
  offset: fc.integer({ min: 0, max: 12 }),
  limit: fc.integer({ min: 1, max: 12 }),
})

function isWanted(record: BackupRecord, { filter }: RunPageWish): boolean {
  const text = `${record.id}\n${record.startedBy}`.toLowerCase()
  const startedOn = record.startedAt.slice(0, 10)
  return (
    (!filter.database || record.database === filter.database) &&
    (!filter.label || record.label === filter.label) &&
    (!filter.status || record.status === filter.status) &&
    (!filter.format || record.format === filter.format) &&
    (!filter.store || record.copies.some(({ store }) => store === filter.store)) &&
    (!filter.text || text.includes(filter.text.toLowerCase())) &&
    (!filter.fromDay || startedOn >= filter.fromDay) &&
    (!filter.toDay || startedOn <= filter.toDay)
  )
}

function sortValue(record: BackupRecord, { order }: RunPageWish): string | number {
  const { startedAt, endedAt, manifest, database, status } = record
  const took = endedAt === null ? -1 : Date.parse(endedAt) - Date.parse(startedAt)
  const values = {
    started: startedAt + record.id,
    size: manifest?.archive.size ?? -1,
    duration: took,
    records: manifest?.records ?? -1,
    database,
    status,
    verified: provedAt(record) ?? '',
  }
  return values[order]
}

t.test('a page is that part of the whole list, whatever the filter and the order', async (t) => {
  const { catalog, fill } = await openNew(t)
  const met = new Set<string>()
  const runs = fc.array(drawnRun, { minLength: 5, maxLength: 20 })
  await fc.assert(
    fc.asyncProperty(runs, drawnWish, async (drawn, wish) => {
      fill(drawn.map(recordOf))
      const way = wish.descending ? -1 : 1
      const wanted = (await catalog.list())
        .filter((record) => isWanted(record, wish))
        .toSorted((a, b) => {
          const [one, other] = [sortValue(a, wish), sortValue(b, wish)]
          return one === other ? 0 : one < other ? -way : way
        })
      assert.deepStrictEqual(await catalog.page(wish), {
        records: wanted.slice(wish.offset, wish.offset + wish.limit),
        total: wanted.length,
        unreadable: [],
      })
      if (wanted.length > wish.offset) met.add(wish.order)
    }),
    { numRuns: 400 },
  )
  t.strictSame([...met].toSorted(), [...runOrders].toSorted())
})

t.test('the one before, the totals and the choices are those of the whole list', async (t) => {
  const { catalog, fill } = await openNew(t)
  let met = 0
  await fc.assert(
    fc.asyncProperty(fc.array(drawnRun, { minLength: 5, maxLength: 20 }), async (drawn) => {
      fill(drawn.map(recordOf))
      const all = await catalog.list()
      for (const [index, record] of all.entries()) {
        const earlier = all.slice(index + 1).filter((other) => isSameSeries(other, record))
        const before = await catalog.before(record)
        assert.deepStrictEqual(before, earlier.find(isMade) ?? null)
        if (before) met += 1
      }
      const kept = all.flatMap(({ database, manifest, copies }) =>
        copies.map(({ store }) => ({ store, database, bytes: manifest?.archive.size })),
      )
      const totals = await catalog.totals()
      for (const { store, database, backups, bytes } of totals) {
        const own = kept.filter(
          (one) => one.store === store && one.database === database && one.bytes !== undefined,
        )
        assert.equal(backups, own.length)
        assert.equal(
          bytes,
          own.reduce((sum, one) => sum + (one.bytes ?? 0), 0),
        )
      }
      const counted = totals.reduce((sum, { backups }) => sum + backups, 0)
      assert.equal(counted, kept.filter(({ bytes }) => bytes !== undefined).length)
      assert.deepStrictEqual(await catalog.choices(), {
        databases: [...new Set(all.map(({ database }) => database))].toSorted(),
        labels: [...new Set(all.map(({ label }) => label))].toSorted(),
        stores: [...new Set(kept.map(({ store }) => store))].toSorted(),
      })
    }),
    { numRuns: 100 },
  )
  t.ok(met > 100, `${met} had one before`)
})

t.test('of 10,000 runs only those of the page are read', async (t) => {
  const { catalog, connection, warnings, fill } = await openNew(t)
  const hours = 10_000
  const shown = [0, 1, hours - 2, hours - 1].map((hour) => idOf(hour * 3600))
  fill([runOf(0, succeeded(0))])
  // Whoever reads one of the others says so.
  const add = connection.prepare(
    `INSERT INTO runs (id, database, label, status, started_at, rest)
     SELECT ?, database, label, status, ?, iif(?, rest, json_set(rest, '$.warnings', 'none'))
     FROM runs WHERE id = ?`,
  )
  const addAll = connection.transaction(() => {
    for (let hour = 1; hour < hours; hour += 1) {
      const id = idOf(hour * 3600)
      add.run(id, instantOf(hour * 3600), shown.includes(id) ? 1 : 0, shown[0])
    }
  })
  addAll()
  const filters: RunFilter[] = [
    {},
    { database: 'lab' },
    { store: 'disk', text: 'daily', status: 'success', fromDay: '2025-12-31' },
  ]
  for (const order of runOrders)
    for (const filter of filters) {
      const wish: RunPageWish = { filter, order, descending: false, offset: 0, limit: 2 }
      // Equal ones come newest first, so that by most orders the first page has the newest.
      for (const offset of order === 'started' || order === 'verified' ? [0, hours - 2] : [0]) {
        const page = await catalog.page({ ...wish, offset })
        t.match(page, { total: hours, records: [{}, {}], unreadable: [] }, `${order} ${offset}`)
      }
      const plan = connection
        .prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${pageStatement(wish)}`)
        .all(...Object.values(filter), 2, 0)
        .map(({ detail }) => detail)
      t.match(plan[0], /^(SCAN|SEARCH) shown_runs/)
      if (order === 'started') t.equal(plan.length, 1, 'nothing is sorted')
    }
  const [first] = (await catalog.page({ ...newest, limit: 1 })).records
  if (!first) return t.fail('no run')
  t.equal((await catalog.before(first))?.id, shown[2])
  t.match(await catalog.totals(), [{ store: 'disk', backups: hours, bytes: hours * 800 }])
  await catalog.choices()
  t.strictSame(warnings, [])
})

t.test('an entry that can not be read is left out of its page, and named', async (t) => {
  const { catalog, connection, warnings, fill } = await openNew(t)
  fill([1, 2, 3, 4].map((second) => runOf(second, succeeded(second))))
  connection.exec(`UPDATE runs SET rest = 'half a' WHERE id = '${idOf(3)}';
    UPDATE runs SET rest = '{"copies": ["x", 5], "endedAt": "now"}' WHERE id = '${idOf(1)}'`)
  const page = await catalog.page({ ...newest, limit: 3 })
  t.match(page, { total: 4, records: [{ id: idOf(4) }, { id: idOf(2) }], unreadable: [idOf(3)] })
  t.strictSame(page.records.length, 2)
  t.match(await catalog.page({ ...newest, offset: 3 }), { records: [], unreadable: [idOf(1)] })
  t.match(warnings, [{ id: idOf(3) }, { id: idOf(1) }])
  t.equal((await catalog.before(runOf(4)))?.id, idOf(2), 'it is passed over')
  t.match(await catalog.totals(), [{ store: 'disk', backups: 2, bytes: 1600 }])
  for (const wrong of [{ limit: 0 }, { limit: 1.5 }, { limit: NaN }, { offset: -1 }])
    await t.rejects(catalog.page({ ...newest, ...wrong }), { code: 'usage' })
})

t.test('what a run became is in the order at once', async (t) => {
  const { catalog } = await openNew(t)
  await catalog.add(runOf(1))
  await catalog.add(runOf(2, succeeded(2)))
  const byProof: RunPageWish = { ...newest, order: 'verified' }
  t.match((await catalog.page(byProof)).records, [{ id: idOf(2) }, { id: idOf(1) }])
  const verification = {
    octavo_verification: 1 as const,
    id: idOf(1),
    at: instantOf(60),
    verdict: 'snapshot' as const,
  }
  await catalog.update(idOf(1), {
    ...succeeded(1),
    copies: [{ store: 's3', manifestName: 'a.manifest.json', verification }],
  })
  t.match((await catalog.page(byProof)).records, [{ id: idOf(1) }, { id: idOf(2) }])
  t.equal((await catalog.page({ ...newest, filter: { store: 's3' } })).total, 1)
})

t.test('the counts of a backup are held against those of the one before', (t) => {
  const of = (models: Record<string, number>, excluded: string[] = []) => ({
    models: Object.entries(models).map(([model, records]) => ({ model, records })),
    excluded_rows: excluded,
  })
  const before = of({ 'a.Gone': 3, 'a.Kept': 5, 'a.Left': 9 })
  t.strictSame(countChanges(of({ 'a.New': 2, 'a.Kept': 4, 'a.Left': 0 }, ['a.Left']), before), [
    { model: 'a.New', now: 2, before: null, difference: null, excluded: false },
    { model: 'a.Kept', now: 4, before: 5, difference: -1, excluded: false },
    { model: 'a.Left', now: 0, before: 9, difference: -9, excluded: true },
    { model: 'a.Gone', now: null, before: 3, difference: null, excluded: false },
  ])
  t.match(countChanges(of({ constructor: 1 }), null), [{ model: 'constructor', before: null }])
  t.end()
})
