import { statSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import fc from 'fast-check'
import t, { type Test } from 'tap'
import { openCatalog } from '../../src/catalog/open-catalog.js'
import { listStatement } from '../../src/catalog/runs.js'
import type {
  BackupRecord,
  Catalog,
  CatalogFilter,
  CatalogWarning,
} from '../../src/core/backups/catalog.js'
import { OctavoError, toErrorRecord } from '../../src/core/errors.js'
import { idOf, instantOf, runOf, succeeded } from './run-of.js'

interface Opened {
  readonly catalog: Catalog
  readonly file: string
  readonly warnings: CatalogWarning[]
}

async function openNew(t: Test): Promise<Opened> {
  const file = join(t.testdir(), 'catalog.sqlite3')
  const warnings: CatalogWarning[] = []
  const catalog = await openCatalog(file, { warn: (warning) => warnings.push(warning) })
  t.teardown(() => catalog.close())
  return { catalog, file, warnings }
}

const idsOf = (records: readonly BackupRecord[]): string[] => records.map(({ id }) => id)

t.test('a run comes back as it was added, and as it was changed', async (t) => {
  const { catalog, file } = await openNew(t)
  await catalog.add(runOf(5))
  t.strictSame(await catalog.get(idOf(5)), runOf(5))
  await catalog.update(idOf(5), succeeded(5))
  const changed = runOf(5, succeeded(5))
  t.strictSame(await catalog.get(idOf(5)), changed)
  const error = toErrorRecord(new OctavoError('database-busy', 'busy', { details: { tries: 3 } }))
  await catalog.update(idOf(5), { status: 'failed', error, warnings: ['é\n'], pinned: true })
  const failed = { ...changed, status: 'failed', error, warnings: ['é\n'], pinned: true }
  t.strictSame(await catalog.get(idOf(5)), failed)
  await catalog.close()
  const again = await openCatalog(file)
  t.strictSame(await again.list(), [failed])
  await again.close()
})

t.test('an id is added once, and changed and removed by itself', async (t) => {
  const { catalog } = await openNew(t)
  await catalog.add(runOf(1))
  await catalog.add(runOf(2))
  await t.rejects(catalog.add(runOf(1, { label: 'dev' })), { code: 'usage' })
  await catalog.update(idOf(1), { pinned: true })
  t.strictSame(await catalog.list(), [runOf(2), runOf(1, { pinned: true })])
  await catalog.remove(idOf(1))
  await catalog.remove(idOf(1))
  t.strictSame(await catalog.list(), [runOf(2)])
  t.equal(await catalog.get(idOf(1)), null)
  await t.rejects(catalog.update(idOf(1), { pinned: true }), { code: 'not-found' })
})

t.test('instants are kept in one spelling, so that they sort', async (t) => {
  const { catalog } = await openNew(t)
  await catalog.add(runOf(1, { startedAt: '2026-01-01T00:00:01Z' }))
  await catalog.add(runOf(2, { id: idOf(1, 'ffffff'), startedAt: '2026-01-01T00:00:01.5Z' }))
  t.strictSame(
    (await catalog.list()).map(({ startedAt }) => startedAt),
    ['2026-01-01T00:00:01.500Z', '2026-01-01T00:00:01.000Z'],
  )
})

t.test('what could not be read again is not written', async (t) => {
  const { catalog } = await openNew(t)
  const wrong = { message: /copies.0.verification/, code: 'internal' }
  const copies = succeeded(1).copies?.map((copy) => ({ ...copy, verification: undefined }))
  // A caller's mistake that the types would find.
  const mistake = { copies } as unknown as Partial<BackupRecord>
  await t.rejects(catalog.add(runOf(1, mistake)), wrong)
  await catalog.add(runOf(1))
  await t.rejects(catalog.update(idOf(1), mistake), wrong)
  await t.rejects(catalog.add(runOf(2, { id: 'mine' })), { message: /wrong at "id"/ })
  await t.rejects(catalog.add(runOf(2, { startedAt: 'today' })), { message: /"startedAt"/ })
  t.strictSame(await catalog.list(), [runOf(1)])
})

t.test('a backup is found by the beginning of its id, where only one has it', async (t) => {
  const { catalog } = await openNew(t)
  await catalog.add(runOf(1))
  await catalog.add(runOf(1, { id: idOf(1, '0000ac') }))
  await catalog.add(runOf(60))
  t.equal((await catalog.find(idOf(1))).id, idOf(1))
  t.equal((await catalog.find('20260101T0001')).id, idOf(60))
  t.equal((await catalog.find(idOf(1, '0000ac'))).id, idOf(1, '0000ac'))
  const both = { code: 'usage', hint: `Give more of it: ${idOf(1, '0000ac')}, ${idOf(1)}.` }
  await t.rejects(catalog.find('20260101T000001Z'), both)
  for (const unknown of ['2027', '20260101T000001Z-0000ad', '%', '2026*', idOf(1).toLowerCase()])
    await t.rejects(catalog.find(unknown), { code: 'not-found', message: unknown })
  await t.rejects(catalog.find(''), { code: 'usage' })
  for (let second = 2; second < 9; second += 1) await catalog.add(runOf(second))
  await t.rejects(catalog.find('2026'), { code: 'usage', hint: /^(.*Z-.*, ){5}…\.$/ })
})

t.test('a run begins where no other of its database is in progress', async (t) => {
  const { catalog } = await openNew(t)
  const going = (second: number): BackupRecord => runOf(second, { status: 'in-progress' })
  await catalog.add(runOf(1, { status: 'success' }))
  t.equal(await catalog.begin(going(2), []), null)
  t.equal(await catalog.begin(going(3), []), idOf(2))
  t.equal(await catalog.get(idOf(3)), null, 'nothing was added')
  t.equal(await catalog.begin({ ...going(4), database: 'other' }, []), null)
  t.equal(await catalog.begin(going(5), [idOf(2)]), null, 'a dead one is in nobody’s way')
  await catalog.update(idOf(5), { status: 'success' })
  await catalog.update(idOf(2), { status: 'failed' })
  t.equal(await catalog.begin(going(6), []), null)
})

t.test('the newest run comes first, by its instant and then by its id', async (t) => {
  const { catalog } = await openNew(t)
  const add = (second: number, digits: string): Promise<void> =>
    catalog.add(runOf(second, { id: idOf(0, digits) }))
  await add(1, '00000b')
  await add(9, '00000a')
  await add(1, '00000c')
  await add(5, '00000d')
  t.strictSame(
    idsOf(await catalog.list()).map((id) => id.at(-1)),
    ['a', 'd', 'c', 'b'],
  )
  t.equal((await catalog.list({ limit: 3 })).length, 3)
  for (const limit of [0, -1, 1.5, NaN]) await t.rejects(catalog.list({ limit }), { code: 'usage' })
})

t.test('pages hold every run once, in one order, whatever the filter', async (t) => {
  const { catalog } = await openNew(t)
  const all: BackupRecord[] = []
  for (let number = 0; number < 60; number += 1) {
    const run = runOf(number % 7, {
      id: idOf(0, (number * 7919).toString(16).padStart(6, '0')),
      database: number % 3 === 0 ? 'shop' : 'lab',
      status: number % 2 === 0 ? 'success' : 'failed',
    })
    all.push(run)
    await catalog.add(run)
  }
  const sorted = all.toSorted(
    (a, b) => b.startedAt.localeCompare(a.startedAt) || (a.id < b.id ? 1 : -1),
  )
  const filters = fc.record(
    {
      database: fc.constantFrom('shop', 'lab', 'none'),
      status: fc.constantFrom('success' as const, 'failed' as const),
    },
    { requiredKeys: [] },
  )
  await fc.assert(
    fc.asyncProperty(filters, fc.integer({ min: 1, max: 9 }), async (filter, limit) => {
      const wanted = sorted.filter(
        ({ database, status }) =>
          database === (filter.database ?? database) && status === (filter.status ?? status),
      )
      const seen: BackupRecord[] = []
      for (;;) {
        const last = seen.at(-1)
        const page = await catalog.list({ ...filter, limit, ...(last && { before: last }) })
        seen.push(...page)
        if (page.length < limit) break
      }
      t.strictSame(idsOf(seen), idsOf(wanted))
    }),
    { numRuns: 30 },
  )
})

t.test('the next page is exact where the last run was removed meanwhile', async (t) => {
  const { catalog } = await openNew(t)
  for (const digits of ['00000a', '00000b', '00000c'])
    await catalog.add(runOf(1, { id: idOf(1, digits) }))
  const before = { startedAt: instantOf(1), id: idOf(1, '00000b') }
  await catalog.remove(before.id)
  t.strictSame(idsOf(await catalog.list({ before })), [idOf(1, '00000a')])
  await t.rejects(catalog.list({ before: { startedAt: 'then', id: '' } }), { code: 'internal' })
})

t.test('every list is read from an index, and nothing is sorted', async (t) => {
  const { file } = await openNew(t)
  const connection = new Database(file, { readonly: true })
  t.teardown(() => connection.close())
  const before = { startedAt: instantOf(1), id: idOf(1) }
  const filters: CatalogFilter[] = [
    {},
    { database: 'lab' },
    { status: 'failed' },
    { database: 'lab', status: 'failed' },
    { label: 'prod' },
    { format: 'sqlite' },
    { database: 'lab', format: 'json' },
    { status: 'success', format: 'json' },
    { database: 'lab', status: 'success', label: 'prod', format: 'json' },
  ]
  for (const filter of filters.flatMap((one) => [one, { ...one, before }])) {
    const { sql, values } = listStatement(filter)
    const plan = connection.prepare<string[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
    const steps = plan.all(...values).map(({ detail }) => detail)
    t.match(steps, [/USING INDEX runs_by_/], JSON.stringify(filter))
    if (filter.format !== undefined) t.match(steps, [/format=\?/], JSON.stringify(filter))
    t.equal(steps.length, 1, `nothing is sorted: ${steps.join(', ')}`)
  }
})

t.test('a row that can not be read is named, and hides no other', async (t) => {
  const { catalog, file, warnings } = await openNew(t)
  for (const second of [1, 2, 3, 4]) await catalog.add(runOf(second))
  const connection = new Database(file)
  connection.exec(`UPDATE runs SET rest = 'half a' WHERE id = '${idOf(3)}'`)
  connection.exec(`UPDATE runs SET status = 'lost' WHERE id = '${idOf(2)}'`)
  connection.close()
  t.strictSame(idsOf(await catalog.list({ format: 'json', limit: 1 })), [idOf(4)])
  t.match(warnings, [{ kind: 'unreadable', id: idOf(3) }], 'what is no JSON has every format')
  t.strictSame(idsOf(await catalog.list({ limit: 2 })), [idOf(4), idOf(1)])
  await catalog.list()
  t.match(warnings, [
    { kind: 'unreadable', id: idOf(3), message: /no JSON$/ },
    { kind: 'unreadable', id: idOf(2), message: /wrong at "status"$/ },
  ])
  t.equal(warnings.length, 2, 'each is told once')
  await t.rejects(catalog.get(idOf(2)), { code: 'internal', message: idOf(2) })
  await t.rejects(catalog.find(idOf(3)), { code: 'internal', message: idOf(3) })
  await t.rejects(catalog.update(idOf(3), { pinned: true }), { code: 'internal' })
  await t.rejects(catalog.add(runOf(2)), { code: 'usage' })
  await catalog.remove(idOf(2))
  await catalog.add(runOf(2))
  t.strictSame(await catalog.get(idOf(2)), runOf(2))
})

t.test('what another release wrote stays where a run is changed', async (t) => {
  const { catalog, file } = await openNew(t)
  await catalog.add(runOf(1))
  const connection = new Database(file)
  t.teardown(() => connection.close())
  const error = { code: 'of-another-release', message: 'm', hint: 'h', details: {} }
  const change = `json_set(rest, '$.later', 7, '$.error', json('${JSON.stringify(error)}'))`
  connection.exec(`UPDATE runs SET rest = ${change}`)
  t.match(await catalog.get(idOf(1)), { error: { code: 'internal', message: 'm', hint: 'h' } })
  await catalog.update(idOf(1), { pinned: true })
  const rest = JSON.parse(String(connection.prepare('SELECT rest FROM runs').pluck().get()))
  t.match(rest, { later: 7, error, pinned: true })
})

t.test('the file is for its owner only, and so are those beside it', async (t) => {
  const { file } = await openNew(t)
  const mode = (path: string): number => statSync(path).mode & 0o777
  t.equal(mode(file), 0o600)
  t.equal(mode(`${file}.lock`), 0o600)
  const writer = new Database(file)
  writer.exec(`BEGIN; UPDATE runs SET label = ''; CREATE TABLE more (x)`)
  t.equal(mode(`${file}-journal`), 0o600)
  writer.close()
})

t.test('a call that others keep waiting gives up, and one that they do not is made', async (t) => {
  const { catalog, file } = await openNew(t)
  const other = new Database(file)
  t.teardown(() => other.close())
  const impatient = await openCatalog(file, { waitMs: 0 })
  t.teardown(() => impatient.close())
  other.exec('BEGIN EXCLUSIVE')
  await t.rejects(impatient.list(), { code: 'database-busy', hint: /catalog/ })
  const added = catalog.add(runOf(1))
  other.exec('COMMIT')
  await added
  t.strictSame(await impatient.list(), [runOf(1)])
})

t.test('after it was closed nothing can be called but close', async (t) => {
  const { catalog } = await openNew(t)
  await catalog.close()
  await catalog.close()
  await t.rejects(catalog.list(), { code: 'internal', message: 'the catalog was closed' })
})
