import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { Clock } from '../../src/core/clock.js'
import { ExportSpool, type SpoolOptions } from '../../src/jobs/spool/export-spool.js'
import { SharedWork } from '../../src/jobs/spool/shared-work.js'
import { SpoolFolder } from '../../src/jobs/spool/spool-folder.js'
import type { ExportWish, SpooledExport } from '../../src/jobs/spool/spooled-export.js'
import { Uploads, type UploadsOptions } from '../../src/jobs/spool/uploads.js'
import { chosen, GatedJobs, runJob, until, writeDatabase } from '../http/service.js'

const never = new AbortController().signal

/** A clock that a test moves: sleepers wake when their time has come. */
class HandClock implements Clock {
  ms = Date.UTC(2026, 10, 22)
  #sleepers = new Map<() => void, number>()

  now(): Date {
    return new Date(this.ms)
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#sleepers.set(resolve, this.ms + ms)
      signal?.addEventListener('abort', () => {
        this.#sleepers.delete(resolve)
        reject(new Error('the sleep was ended'))
      })
    })
  }

  move(ms: number): void {
    this.ms += ms
    for (const [wake, at] of this.#sleepers) if (at <= this.ms) wake()
  }
}

async function openSpool(t: Test, options: Partial<SpoolOptions> = {}) {
  const folder = t.testdir()
  const path = join(folder, 'db.sqlite3')
  writeDatabase(path)
  const clock = new HandClock()
  const spool = await ExportSpool.open({
    folder: join(folder, 'spool'),
    clock,
    runJob,
    concurrency: 2,
    keepMs: 60_000,
    keepCount: 2,
    busyTimeoutMs: 1000,
    sample: false,
    freeSpace: () => Promise.resolve(1e9),
    onSpace: () => undefined,
    ...options,
  })
  t.teardown(() => spool.close())
  const wish: ExportWish = { database: chosen(path), format: 'json', models: [], verify: false }
  return { spool, clock, wish, path, folder: join(folder, 'spool') }
}

/** The spool itself lets go of a new export when this turn of the event loop is over. */
const turnEnds = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

const isThere = ({ plain }: SpooledExport): boolean => existsSync(plain.path)

t.test('a spooled export is nobody else’s to read, in a folder of its own', async (t) => {
  const { spool, wish, folder } = await openSpool(t)
  const first = await spool.export(wish, never)
  const second = await spool.export({ ...wish, models: ['a'] }, never)
  const own = readdirSync(folder)
  t.equal(own.length, 1)
  t.equal(statSync(folder).mode & 0o777, 0o700)
  t.equal(statSync(join(folder, own[0] ?? '')).mode & 0o777, 0o700)
  for (const { plain } of [first, second]) {
    t.equal(statSync(plain.path).mode & 0o777, 0o600)
    t.equal(statSync(join(plain.path, '..')).mode & 0o777, 0o700)
    t.equal(statSync(plain.path).size, plain.bytes)
  }
  t.not(join(first.plain.path, '..'), join(second.plain.path, '..'))
  const packed = await first.gzip(never)
  t.equal(statSync(packed.path).mode & 0o777, 0o600)
  await spool.close()
  t.strictSame(readdirSync(folder), [])
})

t.test('an export stays while it is held, then for its time, then it goes', async (t) => {
  const { spool, wish, clock } = await openSpool(t)
  const spooled = await spool.export(wish, never)
  const release = spooled.hold()
  await turnEnds()
  clock.move(120_000)
  t.ok(isThere(spooled))
  release()
  release()
  clock.move(59_000)
  t.equal(
    spool.find(() => true),
    spooled,
  )
  const again = spooled.hold()
  clock.move(59_000)
  again()
  clock.move(59_000)
  t.ok(isThere(spooled), 'the time counts from the last use')
  clock.move(1_000)
  await until(() => !isThere(spooled))
  t.equal(
    spool.find(() => true),
    undefined,
  )
})

t.test('only the newest exports are kept that nobody reads', async (t) => {
  const { spool, wish, clock } = await openSpool(t, { keepCount: 2 })
  const kept: SpooledExport[] = []
  for (let i = 0; i < 4; i += 1) {
    clock.move(2_000)
    const spooled = await spool.export(wish, never)
    const release = spooled.hold()
    await turnEnds()
    if (i !== 1) release()
    kept.push(spooled)
  }
  await until(() => kept.filter(isThere).length === 3)
  t.strictSame(kept.map(isThere), [false, true, true, true], 'the second one is being read')
})

t.test('without keeping, an export goes as soon as it was sent', async (t) => {
  const { spool, wish } = await openSpool(t, { keepMs: 0 })
  const spooled = await spool.export(wish, never)
  const release = spooled.hold()
  await turnEnds()
  t.ok(isThere(spooled))
  release()
  await until(() => !isThere(spooled))
})

t.test('kept exports make room for a new one before it is refused', async (t) => {
  const kept: SpooledExport[] = []
  const { spool, wish, clock } = await openSpool(t, {
    freeSpace: () => Promise.resolve(kept.some(isThere) ? 0 : 1e9),
  })
  kept.push(await spool.export(wish, never))
  await turnEnds()
  clock.move(2_000)
  const release = (await spool.export(wish, never)).hold()
  t.strictSame(kept.map(isThere), [false])
  kept.splice(0, 1, ...[spool.find(() => true)].filter((one) => one !== undefined))
  clock.move(2_000)
  await t.rejects(spool.export(wish, never), { code: 'space-short' })
  release()
})

t.test('exports that run at the same time do not count the same space twice', async (t) => {
  const jobs = new GatedJobs()
  let free = 0
  const { spool, wish, path } = await openSpool(t, {
    runJob: jobs.runJob,
    freeSpace: () => Promise.resolve(free),
  })
  free = statSync(path).size * 5
  const running = Promise.allSettled([
    spool.export({ ...wish, models: ['a'] }, never),
    spool.export({ ...wish, models: ['b'] }, never),
  ])
  await until(() => jobs.waiting === 1)
  jobs.open()
  const results = await running
  t.strictSame(results.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected'])
  t.match(
    results.find(({ status }) => status === 'rejected'),
    { reason: { code: 'space-short' } },
  )
  const after = spool.export(wish, never)
  await until(() => jobs.waiting === 1)
  jobs.open()
  t.ok(await after, 'the space is free again afterwards')
})

t.test('a failed export leaves nothing, and its place is free', async (t) => {
  const { spool, wish, folder, path } = await openSpool(t, { concurrency: 1 })
  const [own = ''] = readdirSync(folder)
  for (let i = 0; i < 3; i += 1)
    await t.rejects(spool.export({ ...wish, models: ['nothing'] }, never), {
      code: 'model-unknown',
    })
  t.strictSame(readdirSync(join(folder, own)), ['owner.json'])
  t.ok(existsSync(path))
  t.ok(await spool.export(wish, never))
})

t.test('compression that nobody waits for is stopped, and can be asked for again', async (t) => {
  const { spool, wish, path } = await openSpool(t)
  writeDatabase(`${path}-large`, 50_000)
  const spooled = await spool.export({ ...wish, database: chosen(`${path}-large`) }, never)
  const release = spooled.hold()
  const leaving = new AbortController()
  const left = spooled.gzip(leaving.signal)
  leaving.abort()
  await t.rejects(left, { code: 'aborted' })
  const packed = await spooled.gzip(never)
  t.equal(statSync(packed.path).size, packed.bytes)
  t.equal(await spooled.gzip(never), packed)
  release()
})

t.test('leftovers of processes that ended are removed, and nothing else', async (t) => {
  const parent = t.testdir()
  const living = await SpoolFolder.open(parent)
  const owner: object = JSON.parse(readFileSync(join(living.path, 'owner.json'), 'utf8'))
  t.match(owner, { pid: process.pid })
  const make = (name: string): string => {
    const path = join(parent, name)
    mkdirSync(join(path, 'job'), { recursive: true })
    writeFileSync(join(path, 'job', 'export.json'), 'half')
    writeFileSync(join(path, 'owner.json'), JSON.stringify({ ...owner, start: 'long ago:1' }))
    return path
  }
  const dead = make(`octavo-spool-${'1'.repeat(16)}`)
  const others = [make('octavo-spool-of-a-stranger'), make('photos')]
  const second = await SpoolFolder.open(parent)
  t.notOk(existsSync(dead))
  for (const path of others) t.ok(existsSync(path), path)
  t.ok(existsSync(living.path), 'a second service beside it leaves it alone')
  await living.close()
  await second.close()
  t.notOk(existsSync(living.path))
})

t.test(
  'a folder that can not be written to is told at the start',
  { skip: process.getuid?.() === 0 && 'the superuser may write everywhere' },
  async (t) => {
    const parent = t.testdir()
    chmodSync(parent, 0o500)
    await t.rejects(SpoolFolder.open(parent), { code: 'config-invalid' })
  },
)

t.test('a start that fails over leftovers leaves nothing of its own', async (t) => {
  const odd = `octavo-spool-${'1'.repeat(16)}`
  const parent = t.testdir({ [odd]: { 'owner.json': {} } })
  await t.rejects(SpoolFolder.open(parent), { code: 'config-invalid', message: /EISDIR/ })
  t.strictSame(readdirSync(parent), [odd])
})

t.test('shared work ends when the last one left, not before', async (t) => {
  let stopped = false
  const work = new SharedWork<string>(new Date(), (signal) => {
    signal.addEventListener('abort', () => {
      stopped = true
    })
    return new Promise(() => undefined)
  })
  const [one, two] = [new AbortController(), new AbortController()]
  const first = work.join(one.signal)
  const second = work.join(two.signal)
  one.abort()
  await t.rejects(first, { code: 'aborted' })
  t.notOk(stopped)
  two.abort()
  await t.rejects(second, { code: 'aborted' })
  t.ok(stopped)
  t.ok(work.stopped)
})

async function openUploads(t: Test, options: Partial<UploadsOptions> = {}) {
  const folder = join(t.testdir(), 'spool')
  const clock = new HandClock()
  const freeSpace = () => Promise.resolve(1e12)
  const uploads = await Uploads.open({ folder, clock, freeSpace, most: 2, ...options })
  t.teardown(() => uploads.close())
  const send = (text: string, name = 'backup.json') =>
    uploads.add(pieces(text), { name, signal: never })
  const files = () =>
    readdirSync(folder, { recursive: true }).filter((one) => /[0-9a-f]{32}/.test(String(one)))
  return { folder, clock, uploads, send, files }
}

async function* pieces(...texts: string[]): AsyncGenerator<Buffer> {
  for (const text of texts) yield Buffer.from(text)
}

t.test('a file that was sent is there for an hour, for nobody else', async (t) => {
  const { folder, clock, uploads, send } = await openUploads(t)
  const upload = await send('one', 'C:\\backups\\../../etc/pass\nwd.json')
  t.equal(upload.name, 'passwd.json')
  t.equal(upload.bytes, 3)
  t.equal(readFileSync(upload.path, 'utf8'), 'one')
  t.equal(statSync(upload.path).mode & 0o777, 0o600)
  t.ok(upload.path.startsWith(folder))
  t.notMatch(upload.path, 'passwd')
  t.strictSame(uploads.find(upload.id), upload)
  t.equal(uploads.find('another'), null)
  clock.move(60 * 60_000)
  await until(() => !existsSync(upload.path))
  t.equal(uploads.find(upload.id), null)
  const removed = await send('two')
  await uploads.remove(removed.id)
  await uploads.remove(removed.id)
  t.notOk(existsSync(removed.path))
  const { path } = await send('three')
  await uploads.close()
  t.notOk(existsSync(path))
})

t.test('a file that is being restored stays to the end of that', async (t) => {
  const { clock, uploads, send } = await openUploads(t)
  const { id, path } = await send('one')
  const [first, second] = [uploads.hold(id), uploads.hold(id)]
  t.equal(uploads.hold('another'), null)
  clock.move(60 * 60_000)
  await uploads.remove(id)
  await first?.()
  await first?.()
  t.ok(existsSync(path), 'the second one holds it still')
  await second?.()
  t.notOk(existsSync(path))
  t.equal(uploads.find(id), null)
})

t.test('the oldest file gives way that nobody holds', async (t) => {
  const { uploads, send, files } = await openUploads(t)
  const [one, two] = [await send('one'), await send('two')]
  const release = uploads.hold(one.id)
  const three = await send('three')
  t.strictSame(
    [one, two, three].map(({ id }) => uploads.find(id) !== null),
    [true, false, true],
  )
  uploads.hold(three.id)
  await t.rejects(send('four'), { code: 'job-running' })
  await release?.()
  t.equal(readFileSync((await send('four')).path, 'utf8'), 'four')
  t.equal(files().length, 2)
})

t.test('what is cut short, or does not fit, leaves nothing', async (t) => {
  let free = 1e12
  const { uploads, files } = await openUploads(t, { freeSpace: () => Promise.resolve(free) })
  const stop = new AbortController()
  async function* cut(): AsyncGenerator<Buffer> {
    yield Buffer.from('one')
    stop.abort(new Error('gone'))
    yield Buffer.from('two')
  }
  await t.rejects(uploads.add(cut(), { name: 'a', signal: stop.signal }), { message: 'gone' })
  async function* broken(): AsyncGenerator<Buffer> {
    yield Buffer.from('one')
    throw new Error('reset')
  }
  await t.rejects(uploads.add(broken(), { name: 'a', signal: never }), { message: 'reset' })
  const large = { name: 'a', signal: never, bytes: 1e12 }
  await t.rejects(uploads.add(pieces('one'), large), { code: 'space-short', message: /1\.0 TB/ })
  async function* growing(): AsyncGenerator<Buffer> {
    for (let piece = 0; piece < 40; piece += 1) {
      free -= 1e11
      yield Buffer.alloc(1_000_000)
    }
  }
  await t.rejects(uploads.add(growing(), { name: 'a', signal: never }), { code: 'space-short' })
  t.strictSame(files(), [])
})
