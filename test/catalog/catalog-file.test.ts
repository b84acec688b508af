import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import Database from 'better-sqlite3'
import t, { type Test } from 'tap'
import { migrate } from '../../src/catalog/migrate.js'
import { applicationId, migrations } from '../../src/catalog/migrations.js'
import { openCatalog } from '../../src/catalog/open-catalog.js'
import { setAside } from '../../src/catalog/set-aside.js'
import type { BackupRecord, CatalogWarning } from '../../src/core/backups/catalog.js'
import { tallyRuns } from '../../src/core/backups/run-history.js'
import { compileFaults } from '../support/faults/faulty-run.js'
import { runRecorded } from '../support/faults/recorded-run.js'
import { idOf, instantOf, runOf, succeeded } from './run-of.js'

const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href
const user = fileURLToPath(new URL('catalog-user.ts', import.meta.url))
const newFile = (t: Test): string => join(t.testdir(), 'catalog.sqlite3')
const namesBeside = (file: string): string[] => readdirSync(join(file, '..')).toSorted()

interface User {
  readonly child: ChildProcess
  /** What it told since it began. */
  readonly said: string[]
  readonly ended: Promise<unknown>
}

/** Processes that begin at once, when all of them are up. */
async function startUsers(
  t: Test,
  users: readonly (readonly [job: string, file: string, number?: string])[],
): Promise<User[]> {
  const started = users.map(async (words) => {
    const child = fork(user, words.map(String), { execArgv: ['--import', tsx] })
    t.teardown(() => child.kill('SIGKILL'))
    const ended = once(child, 'exit')
    await once(child, 'message')
    const said: string[] = []
    child.on('message', (message) => {
      if (typeof message === 'string') said.push(message)
    })
    return { child, said, ended }
  })
  const all = await Promise.all(started)
  for (const { child } of all) child.send('begin')
  return all
}

async function listed(file: string): Promise<readonly BackupRecord[]> {
  const catalog = await openCatalog(file)
  try {
    return await catalog.list()
  } finally {
    await catalog.close()
  }
}

t.test('ten processes that write at once lose nothing, and one of them begins a run', async (t) => {
  const file = newFile(t)
  const numbers = Array.from({ length: 10 }, (_, number) => String(number))
  const users = await startUsers(
    t,
    numbers.map((number) => ['add', file, number]),
  )
  for (const { ended } of users) t.strictSame(await ended, [0, null])
  const wanted = numbers.flatMap((number) =>
    Array.from({ length: 20 }, (_, second) => idOf(second, number.padStart(6, '0'))),
  )
  const runs = await listed(file)
  const [begun, ...others] = runs.filter(({ database }) => database === 'contested')
  t.equal(others.length, 0)
  const said = users.flatMap((one) => one.said.filter((word) => word.includes('begun')))
  t.strictSame(said.toSorted(), ['begun', ...Array(9).fill(`not begun: ${begun?.id}`)])
  const found = runs.filter((run) => run !== begun).map(({ id }) => id)
  t.strictSame(found.toSorted(), wanted.toSorted())
  t.strictSame(namesBeside(file), ['catalog.sqlite3', 'catalog.sqlite3.lock'])
})

t.test('a catalog that is made while it is looked at is not taken for something else', (t) => {
  const file = newFile(t)
  const [looking, making] = [new Database(file, { timeout: 0 }), new Database(file, { timeout: 0 })]
  const pragma = looking.pragma.bind(looking)
  let between = 'nothing'
  looking.pragma = (...words: Parameters<typeof pragma>) => {
    const value: unknown = pragma(...words)
    if (words[0] !== 'user_version' || between !== 'nothing') return value
    try {
      migrate(making, file)
      between = 'made'
    } catch {
      between = 'waits'
    }
    return value
  }
  migrate(looking, file)
  t.equal(between, 'waits')
  t.equal(looking.pragma('user_version', { simple: true }), migrations.length)
  looking.close()
  making.close()
  t.end()
})

t.test('processes that change one run at once keep the changes of the others', async (t) => {
  const file = newFile(t)
  const catalog = await openCatalog(file)
  await catalog.add(runOf(0))
  const numbers = ['0', '1', '2', '3']
  const users = await startUsers(
    t,
    numbers.map((number) => ['change', file, number]),
  )
  for (const { ended } of users) t.strictSame(await ended, [0, null])
  t.match(await catalog.get(idOf(0)), {
    label: 'label 20',
    startedBy: 'startedBy 20',
    process: 'process 20',
    database: 'database 20',
  })
  t.equal(
    new Set((await catalog.get(idOf(0)))?.warnings).size,
    80,
    'each saw what the others added',
  )
  await catalog.close()
})

t.test('what a process wrote is there after it was killed while it writes on', async (t) => {
  const file = newFile(t)
  for (const count of [1, 2, 5, 9, 14]) {
    rmSync(file, { force: true })
    const [writer] = await startUsers(t, [['add', file, 'ffffff']])
    if (writer === undefined) return
    await new Promise<void>((resolve) => {
      writer.child.on('message', () => {
        if (writer.said.length >= count) resolve()
      })
    })
    writer.child.kill('SIGKILL')
    await writer.ended
    const found = new Set((await listed(file)).map(({ id }) => id))
    t.strictSame(
      writer.said.filter((id) => !found.has(id)),
      [],
      `${found.size} runs`,
    )
    const connection = new Database(file)
    t.equal(connection.pragma('integrity_check', { simple: true }), 'ok')
    connection.close()
  }
})

const base = t.testdirName
const faults = compileFaults(t.testdir(), 'file-record')
const skip = 'why' in faults && faults.why

t.test('a change is durable when it resolves', { skip }, (t) => {
  const folder = join(base, 'durable')
  mkdirSync(folder)
  const source = (path: string): string =>
    pathToFileURL(fileURLToPath(new URL(path, import.meta.url))).href
  const script = `
    import { writeFileSync } from 'node:fs'
    import { openCatalog } from '${source('../../src/catalog/open-catalog.ts')}'
    import { idOf, runOf } from '${source('run-of.ts')}'
    const catalog = await openCatalog('catalog.sqlite3')
    for (const change of [
      () => catalog.add(runOf(1)),
      () => catalog.update(idOf(1), { pinned: true }),
      () => catalog.remove(idOf(1)),
    ]) {
      await change()
      writeFileSync('resolved', 'x')
    }`
  const words = ['--import', tsx, '--input-type=module', '-e', script]
  const library = 'library' in faults ? faults.library : ''
  const calls = runRecorded(words, { folder, library }).map(({ call, path }) => `${call} ${path}`)
  const ends = calls.flatMap((call, at) => (call === 'write resolved' ? [at] : []))
  t.equal(ends.length, 3)
  for (const end of ends) {
    const before = calls.slice(0, end)
    const written = before.lastIndexOf('write catalog.sqlite3')
    t.ok(before.lastIndexOf('sync catalog.sqlite3') > written, 'the file is synced')
    // The journal's end is the commit, and only the folder's sync keeps it from coming back.
    t.strictSame(before.slice(-2), ['unlink catalog.sqlite3-journal', 'sync '])
  }
  t.end()
})

/** A catalog as the first release made it, by hand. */
function makeVersion1(file: string): void {
  const connection = new Database(file)
  connection.exec(`
    PRAGMA application_id = ${0x4f637476};
    PRAGMA user_version = 1;
    CREATE TABLE runs (id TEXT PRIMARY KEY NOT NULL, database TEXT NOT NULL, label TEXT NOT NULL,
      status TEXT NOT NULL, started_at TEXT NOT NULL, rest TEXT NOT NULL) STRICT;
    CREATE INDEX runs_by_start ON runs (started_at, id);
    CREATE INDEX runs_by_database ON runs (database, started_at, id);
    CREATE INDEX runs_by_status ON runs (status, started_at, id);`)
  for (const run of [runOf(1, succeeded(1)), runOf(2)]) {
    const { id, database, label, status, startedAt, ...rest } = run
    connection
      .prepare('INSERT INTO runs VALUES (?, ?, ?, ?, ?, ?)')
      .run(id, database, label, status, startedAt, JSON.stringify(rest))
  }
  connection.close()
}

const factsOf = (file: string): unknown[] => {
  const connection = new Database(file)
  try {
    return [
      connection.pragma('user_version', { simple: true }),
      connection.prepare('SELECT sql FROM sqlite_schema ORDER BY name').pluck().all(),
      connection.prepare('SELECT * FROM runs ORDER BY id').all(),
    ]
  } finally {
    connection.close()
  }
}

t.test('a catalog of version 1 is read, and is what a new one is', async (t) => {
  const file = newFile(t)
  makeVersion1(file)
  t.strictSame(await listed(file), [runOf(2), runOf(1, succeeded(1))])
  const catalog = await openCatalog(file)
  t.strictSame(await catalog.list({ format: 'json' }), [runOf(2), runOf(1, succeeded(1))])
  const [history] = await catalog.histories(new Date(instantOf(9)))
  t.match(history?.records, [{ id: idOf(1) }])
  t.strictSame(history?.tally, tallyRuns(await catalog.list(), new Date(instantOf(9))))
  const wish = { filter: { store: 'disk' }, order: 'verified', descending: true } as const
  const page = await catalog.page({ ...wish, offset: 0, limit: 9 })
  t.strictSame(page, { records: [runOf(1, succeeded(1))], total: 1, unreadable: [] })
  await catalog.close()
  const spaced = (sql: unknown): string => String(sql).replaceAll(/\s+/g, '')
  const fresh = join(file, '..', 'fresh.sqlite3')
  t.strictSame(await listed(fresh), [])
  t.equal(spaced(factsOf(file)[1]), spaced(factsOf(fresh)[1]))
  t.strictSame([factsOf(file)[0], factsOf(fresh)[0]], [3, 3])
})

t.test('a catalog is brought forward step by step, and keeps its runs', (t) => {
  const file = newFile(t)
  makeVersion1(file)
  const steps = [
    ...migrations,
    'ALTER TABLE runs ADD COLUMN extra TEXT',
    'UPDATE runs SET extra = id',
  ]
  const connection = new Database(file)
  t.teardown(() => connection.close())
  migrate(connection, file, steps)
  migrate(connection, file, steps)
  t.equal(connection.pragma('user_version', { simple: true }), migrations.length + 2)
  const extras = connection.prepare('SELECT extra FROM runs ORDER BY id').pluck().all()
  t.strictSame(extras, [idOf(1), idOf(2)])
  t.end()
})

t.test('a migration that fails, or is killed, leaves the old version', async (t) => {
  const file = newFile(t)
  makeVersion1(file)
  const before = factsOf(file)
  const connection = new Database(file)
  t.throws(() => migrate(connection, file, [...migrations, 'DROP TABLE runs; SELECT nothing']))
  connection.close()
  t.strictSame(factsOf(file), before)
  const [killed] = await startUsers(t, [['migrate', file]])
  t.strictSame(await killed?.ended, [null, 'SIGKILL'])
  t.strictSame(factsOf(file), before)
  t.strictSame(await listed(file), [runOf(2), runOf(1, succeeded(1))])
})

t.test('processes that make or migrate a catalog at once agree', async (t) => {
  const file = newFile(t)
  const users = await startUsers(
    t,
    ['1', '2', '3', '4', '5', '6'].map((second) => ['open', file, second]),
  )
  for (const { ended } of users) t.strictSame(await ended, [0, null])
  t.equal((await listed(file)).length, 6)
})

t.test('a newer catalog is refused, and not touched', async (t) => {
  const file = newFile(t)
  makeVersion1(file)
  const connection = new Database(file)
  connection.pragma('user_version = 7')
  connection.close()
  const before = readFileSync(file)
  const newer = { code: 'document-version', message: 'version 7', hint: /Update Octavo/ }
  await t.rejects(openCatalog(file), newer)
  t.ok(readFileSync(file).equals(before))
})

t.test("another program's database is refused, and not touched", async (t) => {
  const file = newFile(t)
  for (const setUp of [
    'CREATE TABLE auth_user (id)',
    'PRAGMA user_version = 1',
    `PRAGMA application_id = 7`,
    'PRAGMA journal_mode = wal; CREATE TABLE auth_user (id)',
  ]) {
    rmSync(file, { force: true })
    const connection = new Database(file)
    connection.exec(setUp)
    connection.close()
    const before = readFileSync(file)
    await t.rejects(openCatalog(file), { code: 'config-invalid', message: file }, setUp)
    t.ok(readFileSync(file).equals(before), setUp)
  }
})

t.test('a file that can not be opened is named, with what to do', async (t) => {
  const folder = t.testdir({ 'catalog.sqlite3': {} })
  await t.rejects(openCatalog(join(folder, 'catalog.sqlite3')), { code: 'io-failed' })
  const nowhere = join(folder, 'none', 'catalog.sqlite3')
  await t.rejects(openCatalog(nowhere), { code: 'io-failed', message: nowhere })
  await t.rejects(openCatalog(join(folder, 'catalog ')), { code: 'usage', message: 'white space' })
  const locked = join(folder, 'locked.sqlite3')
  writeFileSync(`${locked}.lock`, 'not a lock at all, but a text of some length'.repeat(50))
  await t.rejects(openCatalog(locked), { code: 'io-failed', message: `${locked}.lock` })
})

const now = (): Date => new Date(instantOf(0))

/** Opens the catalog as it should open a damaged one. */
async function openDamaged(
  t: Test,
  file: string,
): Promise<Awaited<ReturnType<typeof openCatalog>>> {
  const warnings: CatalogWarning[] = []
  const catalog = await openCatalog(file, { now, warn: (warning) => warnings.push(warning) })
  t.teardown(() => catalog.close())
  const keptAs = `${file}.damaged-2026-01-01_00-00-00`
  t.match(warnings, [{ kind: 'damaged', keptAs, message: /built again from the stores/ }])
  t.equal(warnings.length, 1)
  return catalog
}

t.test('a file that is no database is set aside', async (t) => {
  const file = newFile(t)
  writeFileSync(file, 'this was a catalog once\n'.repeat(100))
  const catalog = await openDamaged(t, file)
  t.strictSame(await catalog.list(), [])
  await catalog.add(runOf(1))
  t.strictSame(await catalog.list(), [runOf(1)])
  t.equal(statSync(file).mode & 0o777, 0o600)
  const aside = 'catalog.sqlite3.damaged-2026-01-01_00-00-00'
  t.strictSame(namesBeside(file), ['catalog.sqlite3', aside, 'catalog.sqlite3.lock'])
  t.match(readFileSync(`${file}.damaged-2026-01-01_00-00-00`, 'utf8'), /^this was a catalog once/)
})

t.test('what a program that died was writing goes with the file that it wrote', (t) => {
  const file = newFile(t)
  for (const end of ['', '-journal', '-wal', '-shm']) writeFileSync(file + end, `text${end}`)
  const keptAs = setAside(file, now())
  t.equal(keptAs, `${file}.damaged-2026-01-01_00-00-00`)
  for (const end of ['', '-journal', '-wal', '-shm'])
    t.equal(readFileSync(keptAs + end, 'utf8'), `text${end}`)
  t.equal(namesBeside(file).length, 4)
  t.end()
})

t.test('a second file that is damaged in the same second replaces nothing', async (t) => {
  const file = newFile(t)
  for (const text of ['one', 'two', 'three']) {
    writeFileSync(file, text.repeat(1000))
    await (await openCatalog(file, { now })).close()
  }
  const asides = namesBeside(file).filter((name) => name.includes('damaged'))
  const texts = asides.map((name) => readFileSync(join(file, '..', name), 'utf8').slice(0, 3))
  t.strictSame(texts, ['one', 'two', 'thr'])
})

/** Overwrites every page but the first with nonsense. */
function damagePages(file: string): void {
  const { size } = statSync(file)
  const descriptor = openSync(file, 'r+')
  writeSync(descriptor, Buffer.alloc(size - 4096, 0xa5), 0, size - 4096, 4096)
  closeSync(descriptor)
}

async function makeFilled(file: string): Promise<void> {
  const catalog = await openCatalog(file)
  for (let second = 0; second < 20; second += 1) await catalog.add(runOf(second, succeeded(second)))
  await catalog.close()
}

t.test('a catalog with damaged pages is set aside, and the call made on a new one', async (t) => {
  const file = newFile(t)
  await makeFilled(file)
  damagePages(file)
  t.strictSame(await (await openDamaged(t, file)).list(), [])
})

t.test('damage that comes while catalogs are open is set aside once, by one of them', async (t) => {
  const file = newFile(t)
  await makeFilled(file)
  const warnings: CatalogWarning[] = []
  const open = () => openCatalog(file, { now, warn: (warning) => warnings.push(warning) })
  const [one, two] = [await open(), await open()]
  t.teardown(() => Promise.all([one.close(), two.close()]))
  t.equal((await two.list()).length, 20)
  // As a process of another program would do it: no file of this process is opened or closed.
  const damaged = `${file}.new`
  writeFileSync(damaged, readFileSync(file, { flag: 'r' }))
  damagePages(damaged)
  renameSync(damaged, file)
  await one.add(runOf(1))
  await two.add(runOf(2))
  t.strictSame(await one.list(), [runOf(2), runOf(1)])
  t.strictSame(await two.list(), [runOf(2), runOf(1)])
  t.strictSame(
    warnings.map(({ kind }) => kind),
    ['damaged'],
  )
})

t.test('of many processes that open a damaged catalog one sets it aside', async (t) => {
  const file = newFile(t)
  await makeFilled(file)
  damagePages(file)
  const users = await startUsers(
    t,
    Array.from({ length: 10 }, (_, number) => ['open', file, String(number)]),
  )
  for (const { ended } of users) t.strictSame(await ended, [0, null])
  t.strictSame(
    users.flatMap(({ said }) => said),
    ['damaged'],
  )
  t.equal((await listed(file)).length, 10, 'and no run is lost')
  t.equal(namesBeside(file).length, 3)
})

t.test('a catalog that was moved away is made again, or is the one put there', async (t) => {
  const file = newFile(t)
  const catalog = await openCatalog(file)
  t.teardown(() => catalog.close())
  await catalog.add(runOf(1))
  renameSync(file, `${file}.away`)
  t.strictSame(await catalog.list(), [])
  await catalog.add(runOf(2))
  renameSync(`${file}.away`, file)
  t.strictSame(await catalog.list(), [runOf(1)])
})

const asRoot = process.getuid?.() === 0 && 'everything is permitted to root'

t.test('a file without permissions is told of', { skip: asRoot }, async (t) => {
  const file = newFile(t)
  await makeFilled(file)
  chmodSync(file, 0o400)
  const catalog = await openCatalog(file)
  await t.rejects(catalog.add(runOf(30)), { code: 'io-failed', hint: /permission/ })
  t.equal((await catalog.list()).length, 20)
  await catalog.close()
})

t.equal(applicationId.toString(16), Buffer.from('Octv').toString('hex'))
