import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { describeHealth } from '../../src/core/backups/describe-health.js'
import type { BackupRecord } from '../../src/core/backups/catalog.js'
import { projectRoot } from '../house/source-files.js'
import { deskLab, keyed, soon, type DeskLab } from './desk-lab.js'

const path = '/api/backups'

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

async function ask(lab: DeskLab, method: Method, url: string, key: string, payload?: object) {
  const request = { method, url, headers: keyed(key), ...(payload && { payload }) }
  const answer = await lab.app.inject(request)
  return { status: answer.statusCode, headers: answer.headers, body: answer.json() }
}

async function ended(lab: DeskLab, id: string) {
  let job: Record<string, unknown> = {}
  await soon(async () => {
    job = (await ask(lab, 'GET', `/api/jobs/${id}`, 'manage')).body
    return job['status'] !== 'running'
  })
  return job
}

t.test('a backup is made by a job that names its caller', async (t) => {
  const lab = await deskLab(t)
  const answer = await ask(lab, 'POST', path, 'manage', { format: 'sqlite' })
  t.equal(answer.status, 202)
  const { id } = answer.body
  t.equal(answer.headers['location'], `/api/jobs/${id}`)
  t.match(answer.body, {
    kind: 'backup',
    database: 'database',
    startedBy: 'key manage',
    status: 'running',
    log: [],
  })
  const job = await ended(lab, id)
  t.match(job, {
    status: 'done',
    log: [/Starting database backup/],
    progress: null,
    error: null,
    result: { backups: [{ format: 'sqlite', startedBy: 'key manage', records: 5 }], pruned: [] },
  })
  t.notMatch(JSON.stringify(job), lab.folder, 'no place of the machine')
  t.match((await ask(lab, 'GET', path, 'manage')).body.backups, [{ startedBy: 'key manage' }])
  await soon(() => lab.audit.length === 1)
  t.match(lab.audit, [
    { who: 'key manage', action: 'backup', subject: 'database', outcome: 'done', detail: /^job / },
  ])
  const { body } = await ask(lab, 'GET', '/api/jobs', 'restore')
  t.match(body.jobs, [{ id, kind: 'backup', status: 'done' }])
  t.notOk('log' in body.jobs[0], 'a list has no logs')
  t.match(await ask(lab, 'GET', '/api/jobs/another', 'manage'), { status: 404 })
})

t.test('what is wrong with a request starts no job', async (t) => {
  const lab = await deskLab(t)
  for (const body of [{ format: 'xml' }, { databases: 'a' }, { prune: 'no' }])
    t.match((await ask(lab, 'POST', path, 'manage', body)).status, 400, JSON.stringify(body))
  t.match(await ask(lab, 'POST', path, 'manage', { database: 'other' }), {
    status: 404,
    body: { code: 'not-found', hint: /"database"/ },
  })
  t.strictSame((await ask(lab, 'GET', '/api/jobs', 'manage')).body, { jobs: [] })
})

t.test(
  'while another process makes a backup there is neither a second nor a restore',
  async (t) => {
    const lab = await deskLab(t)
    const { id } = await lab.known()
    const { catalog } = await lab.room()
    const { ownProcess } = await import('../../src/jobs/backup/run-process.js')
    await catalog.update(id, { status: 'in-progress', process: await ownProcess(new Date()) })
    const into = { into: 'database', confirm: 'database' }
    for (const [url, key, body] of [
      [path, 'manage', {}],
      [`${path}/${id}/restore`, 'restore', into],
      ['/api/databases/database/undo', 'restore', { confirm: 'database' }],
    ] as const)
      t.match(await ask(lab, 'POST', url, key, body), {
        status: 409,
        body: { code: 'backup-running' },
      })
    t.strictSame(
      lab.audit.map(({ action, outcome }) => [action, outcome]),
      [
        ['backup', 'refused'],
        ['restore', 'refused'],
        ['undo', 'refused'],
      ],
    )
  },
)

/** Reads server-sent events until `end`, or until so many came. */
async function readEvents(t: Test, url: string, more: object = {}, most = Infinity) {
  const stop = new AbortController()
  t.teardown(() => stop.abort())
  const headers = { ...keyed('restore'), accept: 'text/event-stream', ...more }
  const answer = await fetch(url, { headers, signal: stop.signal })
  const events: { id: number; event: string; data: Record<string, unknown> }[] = []
  let text = ''
  const decoder = new TextDecoder()
  const read = (async () => {
    for await (const piece of answer.body as AsyncIterable<Uint8Array>) {
      text += decoder.decode(piece, { stream: true })
      const blocks = text.split('\n\n')
      text = blocks.pop() ?? ''
      for (const block of blocks) {
        const [, id, event, data] = /^id: (\d+)\nevent: (\w+)\ndata: (.*)$/.exec(block) ?? []
        if (data !== undefined)
          events.push({ id: Number(id), event: event ?? '', data: JSON.parse(data) })
        else if (block !== 'retry: 3000') events.push({ id: 0, event: 'comment', data: { block } })
      }
      if (events.length >= most) return
    }
  })()
  return { answer, events, read, leave: () => stop.abort() }
}

async function heldRestore(t: Test, options = {}) {
  const lab = await deskLab(t, options)
  const record = await lab.known()
  const wish = { into: 'database', confirm: 'database' }
  const started = await ask(lab, 'POST', `${path}/${record.id}/restore`, 'restore', wish)
  t.equal(started.status, 202, JSON.stringify(started.body))
  const port = await lab.listen()
  const [listeners] = lab.held.listeners
  if (!listeners) throw new Error('the restore was not started')
  const { id } = started.body
  return { ...lab, lab, record, job: id, url: `http://127.0.0.1:${port}/api/jobs/${id}`, listeners }
}

const restored = {
  mode: 'replace',
  dryRun: false,
  created: false,
  changes: [{ model: 'machine', added: 1, changed: 2, removed: 3, records: 2 }],
  parents: [{ model: 'machine', key: '7' }],
  safetyCopy: '/somewhere/else/lab.before.sqlite3',
  excludedRows: [],
  warnings: [],
}

t.test('a job is followed by several, who go on where they were', async (t) => {
  const { url, listeners, held, folder, lab, record } = await heldRestore(t)
  t.match(held.started, [
    {
      verb: 'restore',
      request: { source: { id: record.id }, into: 'database', mode: null, dryRun: false },
    },
  ])
  const first = await readEvents(t, url)
  t.match(first.answer.headers.get('content-type'), /^text\/event-stream/)
  t.equal(first.answer.headers.get('cache-control'), 'no-store')
  listeners.onLog(`reading ${folder}/lab.sqlite3`)
  listeners.onProgress({ phase: 'restoring', model: 'machine', records: 1, total: 2 })
  await soon(() => first.events.length === 2)
  const second = await readEvents(t, url, { 'last-event-id': '1' }, 1)
  await second.read
  t.match(second.events, [{ id: 2, event: 'progress' }], 'without what it has')
  second.leave()
  held.end(restored)
  await first.read
  t.match(first.events, [
    { id: 1, event: 'log', data: { line: 'reading "database"' } },
    {
      id: 2,
      event: 'progress',
      data: { phase: 'restoring', model: 'machine', records: 1, bytes: null, total: 2 },
    },
    {
      id: 3,
      event: 'end',
      data: {
        status: 'done',
        result: { ...restored, safetyCopy: 'lab.before.sqlite3' },
      },
    },
  ])
  const later = await readEvents(t, url, { 'last-event-id': '2' })
  await later.read
  t.match(later.events, [{ id: 3, event: 'end' }])
  const again = await readEvents(t, url, { 'last-event-id': '3' })
  await again.read
  t.strictSame(again.events, [], 'whoever has the end waits for nothing')
  await soon(() => lab.audit.length === 2)
  const noted = { action: 'restore', subject: `${record.id} into database` }
  t.match(lab.audit, [
    { ...noted, outcome: 'begun' },
    { ...noted, outcome: 'done' },
  ])
})

t.test(
  'a listener that is alone hears a heartbeat, and when it leaves the job goes on',
  async (t) => {
    let beat: () => void = () => undefined
    const clock = {
      now: () => new Date('2026-11-22T12:00:00.000Z'),
      sleep: (ms: number, signal?: AbortSignal) =>
        new Promise<void>((resolve, reject) => {
          if (ms === 15_000) beat = resolve
          signal?.addEventListener('abort', () => reject(new Error('stopped')))
        }),
    }
    const { url, held, lab, job } = await heldRestore(t, { clock })
    const listener = await readEvents(t, url)
    beat()
    await soon(() => listener.events.length === 1)
    t.match(listener.events, [{ event: 'comment', data: { block: /^:/ } }])
    listener.leave()
    await listener.read.catch(() => undefined)
    t.match((await ask(lab, 'GET', `/api/jobs/${job}`, 'restore')).body, { status: 'running' })
    held.end(restored)
    t.match(await ended(lab, job), { status: 'done' })
  },
)

t.test('a listener that reads nothing costs nothing, and finds the newest state', async (t) => {
  const { url, listeners, held } = await heldRestore(t)
  const slow = await readEvents(t, url, {}, 1)
  for (let records = 1; records <= 20_000; records += 1)
    listeners.onProgress({ phase: 'restoring', records })
  held.end(restored)
  await slow.read
  const rest = await readEvents(t, url)
  await rest.read
  t.ok(slow.events.length + rest.events.length < 10, 'progress in between is left out')
  t.match(rest.events.at(-1), { event: 'end', id: 20_001 })
})

t.test('a job is stopped by whoever may start it', async (t) => {
  const { lab, job, record } = await heldRestore(t)
  const refused = await ask(lab, 'DELETE', `/api/jobs/${job}`, 'manage')
  t.match(refused, { status: 403, body: { code: 'scope-missing' } })
  t.equal((await ask(lab, 'DELETE', `/api/jobs/${job}`, 'restore')).status, 202)
  const message = 'the job was stopped by key restore'
  t.match(await ended(lab, job), { status: 'failed', error: { code: 'aborted', message } })
  await soon(() => lab.audit.length === 3)
  t.match(lab.audit, [
    { who: 'key restore', action: 'restore', outcome: 'begun' },
    { who: 'key manage', action: 'restore', subject: record.id, outcome: 'refused' },
    { who: 'key restore', action: 'restore', outcome: 'failed', detail: new RegExp(message) },
  ])
})

t.test('a comparison is shown to whoever may export, as it holds records', async (t) => {
  const lab = await deskLab(t)
  const [one, two] = [await lab.known(), await lab.known()]
  const url = `${path}/${one.id}/compare`
  for (const body of [{}, { with: {} }, { with: { database: 'database' }, show: 101 }])
    t.equal((await ask(lab, 'POST', url, 'export', body)).status, 400, JSON.stringify(body))
  const other = { with: { database: 'other' } }
  t.equal((await ask(lab, 'POST', url, 'export', other)).status, 404)
  const gone = await lab.known({ copies: [] })
  const withGone = { with: { backup: gone.id } }
  t.match((await ask(lab, 'POST', url, 'export', withGone)).body, { code: 'not-found' })
  t.strictSame(lab.held.started, [])
  lab.audit.splice(0)

  const started = await ask(lab, 'POST', url, 'export', { with: { backup: two.id }, show: 2 })
  t.match(started, { status: 202, body: { kind: 'compare', backup: one.id } })
  const live = await ask(lab, 'POST', url, 'export', { with: { database: 'database' } })
  t.match(live, { status: 202, body: { kind: 'compare', database: 'database' } })
  const a = { backup: one.id }
  t.strictSame(lab.held.started, [
    { verb: 'compare', request: { a, b: { backup: two.id }, show: 2 } },
    { verb: 'compare', request: { a, b: { database: 'database' }, show: 5 } },
  ])
  const shown = [{ key: '1', a: '{"secret":1}', b: null }]
  lab.held.end({ equal: false, schemaChanged: [], models: [{ model: 'm', removed: 1, shown }] })
  const job = `/api/jobs/${started.body.id}`
  await soon(async () => (await ask(lab, 'GET', job, 'export')).body.status === 'done')
  t.match((await ask(lab, 'GET', job, 'export')).body, { result: { models: [{ shown }] } })
  for (const key of ['manage', 'restore']) {
    t.match(await ask(lab, 'GET', job, key), { status: 403, body: { code: 'scope-missing' } })
    t.strictSame((await ask(lab, 'GET', '/api/jobs', key)).body, { jobs: [] })
  }
  t.equal((await ask(lab, 'GET', '/api/jobs', 'export')).body.jobs.length, 2)
  t.equal((await ask(lab, 'DELETE', `/api/jobs/${live.body.id}`, 'manage')).status, 403)
  t.equal((await ask(lab, 'DELETE', `/api/jobs/${live.body.id}`, 'export')).status, 202)
  await soon(() => lab.audit.filter(({ action }) => action === 'compare').length === 3)
  t.match(lab.audit[0], {
    subject: `${one.id} with ${two.id}`,
    outcome: 'done',
  })
})

t.test('closing the service stops its jobs and ends what follows them', async (t) => {
  const { app, url } = await heldRestore(t)
  const listener = await readEvents(t, url)
  await Promise.all([app.close(), listener.read])
  t.match(listener.events.at(-1), {
    event: 'end',
    data: { status: 'failed', error: { code: 'aborted', message: /shut down/ } },
  })
})

t.test('a restore is confirmed by the name of the database, unless it is a dry run', async (t) => {
  const lab = await deskLab(t)
  const { id } = await lab.known()
  const url = `${path}/${id}/restore`
  for (const confirm of [undefined, '', 'Database', 'yes'])
    t.match(await ask(lab, 'POST', url, 'restore', { into: 'database', confirm }), {
      status: 409,
      body: { code: 'confirmation-needed', hint: /"confirm": "database"/ },
    })
  t.match(await ask(lab, 'POST', '/api/databases/database/undo', 'restore'), {
    status: 409,
    body: { code: 'confirmation-needed' },
  })
  t.strictSame(new Set(lab.audit.map(({ outcome }) => outcome)), new Set(['refused']))
  for (const into of ['other', `${lab.folder}/lab.sqlite3`, '../lab.sqlite3'])
    t.match(await ask(lab, 'POST', url, 'restore', { into, confirm: into }), { status: 404 })
  t.match(await ask(lab, 'POST', '/api/databases/other/undo', 'restore', { confirm: 'other' }), {
    status: 404,
  })
  t.equal((await ask(lab, 'POST', url, 'restore', { confirm: 'database' })).status, 400)
  t.strictSame(lab.held.started, [], 'nothing was begun')
  const dry = { into: 'database', dryRun: true, mode: 'data-only', only: ['machine'] }
  t.equal((await ask(lab, 'POST', url, 'restore', dry)).status, 202)
  t.match(lab.held.started, [
    { verb: 'restore', request: { source: { id }, ...dry, confirmed: null } },
  ])
  lab.held.end(restored)
  const records = [{ model: 'machine', key: '/7' }]
  for (const wrong of [
    { records: [{ model: 'machine' }] },
    { records: [{ model: '/etc/passwd', key: '1' }] },
    { records, only: ['machine'] },
    { records, mode: 'replace' },
  ]) {
    const asked = { into: 'database', dryRun: true, ...wrong }
    t.equal((await ask(lab, 'POST', url, 'restore', asked)).status, 400, JSON.stringify(wrong))
  }
  const one = { into: 'database', confirm: 'database', records }
  await soon(async () => (await ask(lab, 'POST', url, 'restore', one)).status === 202)
  t.match(lab.held.started[1], { request: { records, mode: null, confirmed: 'database' } })
})

t.test('one database is restored once at a time', async (t) => {
  const { lab, record, job } = await heldRestore(t)
  const wish = { into: 'database', confirm: 'database' }
  const second = await ask(lab, 'POST', `${path}/${record.id}/restore`, 'restore', wish)
  t.match(second, { status: 409, body: { code: 'job-running', message: new RegExp(job) } })
  t.match(await ask(lab, 'POST', path, 'manage'), { status: 409, body: { code: 'job-running' } })
  t.match(await ask(lab, 'DELETE', `${path}/${record.id}?force=true`, 'manage'), {
    status: 409,
    body: { code: 'job-running' },
  })
})

t.test('a verify says which copies restore', async (t) => {
  const lab = await deskLab(t)
  const record = await lab.known()
  const url = `${path}/${record.id}/verify`
  t.match(await ask(lab, 'POST', url, 'manage', { store: 'three' }), { status: 404 })
  const started = await ask(lab, 'POST', url, 'manage', { store: 'one', expect: ['machine'] })
  t.equal(started.status, 202)
  t.match(lab.held.started, [{ request: { id: record.id, store: 'one', expect: ['machine'] } }])
  const verification = { octavo_verification: 1, id: record.id, at: 'now', verdict: 'snapshot' }
  lab.held.end({ record, copies: [{ store: 'one', verification }], failed: [] })
  t.match(await ended(lab, started.body.id), {
    kind: 'verify',
    backup: record.id,
    result: { backup: { id: record.id }, copies: [{ store: 'one', verified: 'snapshot' }] },
  })
  const again = await ask(lab, 'POST', url, 'manage')
  const error = { code: 'document-altered', message: `x in ${lab.folder}/two`, hint: 'Look.' }
  const failed = [{ store: 'two', error: { ...error, details: {} } }]
  lab.held.end({ record, copies: [{ store: 'one', verification }], failed })
  t.match(await ended(lab, again.body.id), {
    status: 'failed',
    error: { code: 'document-altered', message: /not proved in two; it is in one: x in "two"$/ },
  })
  const lines: { err?: object }[] = lab
    .log()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  t.match(
    lines.filter((line) => line.err),
    [{ level: 50, err: { code: 'document-altered', message: `x in ${lab.folder}/two` } }],
    'the log has the whole failure, and nothing of what went well',
  )
})

t.test('a pin stands in every store, and is taken off again', async (t) => {
  const lab = await deskLab(t)
  const record = await lab.known()
  const pins = () => (['one', 'two'] as const).map((store) => existsSync(pinOf(lab, record, store)))
  const url = `${path}/${record.id}/pin`
  t.match(await ask(lab, 'PUT', url, 'manage'), { status: 200, body: { pinned: true } })
  t.strictSame(pins(), [true, true])
  t.match(await ask(lab, 'DELETE', url, 'manage'), { status: 200, body: { pinned: false } })
  t.strictSame(pins(), [false, false])
  const unknown = `${path}/20261122T000000Z-abcdef/pin`
  t.equal((await ask(lab, 'PUT', unknown, 'manage')).status, 404)
  t.match(lab.audit, [
    { action: 'pin', subject: record.id, outcome: 'done' },
    { action: 'unpin', outcome: 'done' },
    { action: 'pin', outcome: 'refused' },
  ])
})

function pinOf(lab: DeskLab, record: BackupRecord, store: 'one' | 'two'): string {
  return join(lab.folder, store, `${record.id}.pin.json`)
}

t.test('what no policy would remove is removed by nobody without saying so', async (t) => {
  const lab = await deskLab(t)
  const old = await lab.backUp()
  const copy = await lab.backUp('sqlite')
  const newest = await lab.backUp()
  const remove = (id: string, query = '') => ask(lab, 'DELETE', `${path}/${id}${query}`, 'manage')
  t.match(await remove(newest.id), {
    status: 409,
    body: { code: 'backup-kept', message: /newest verified/ },
  })
  t.match(await remove(copy.id), { status: 409 }, 'a document is no substitute for a page copy')
  await ask(lab, 'PUT', `${path}/${old.id}/pin`, 'manage')
  const pinned = { status: 409, body: { code: 'backup-kept', message: /pinned/ } }
  t.match(await remove(old.id), pinned)
  t.match(await remove(old.id, '?force=true'), pinned, 'a pin holds against force')
  await ask(lab, 'DELETE', `${path}/${old.id}/pin`, 'manage')
  const removal = await remove(old.id)
  t.equal(removal.status, 202, JSON.stringify(removal.body))
  t.match(await ended(lab, removal.body.id), {
    kind: 'remove',
    status: 'done',
    result: { id: old.id, stores: ['one', 'two'] },
  })
  t.equal(await lab.desk.shelf.get(old.id), null)
  for (const store of ['one', 'two'] as const) t.notOk(existsSync(lab.archivePath(old, store)))
  const forced = await remove(newest.id, '?force=true')
  t.match(await ended(lab, forced.body.id), { status: 'done' })
  await soon(() => lab.audit.filter(({ outcome }) => outcome === 'done').length === 4)
  t.match(
    lab.audit.filter(({ action }) => action === 'remove').map(({ outcome }) => outcome),
    [...Array(4).fill('refused'), 'begun', 'done', 'begun', 'done'],
  )
})

t.test('the newest verified in one store counts, though another has a newer one', async (t) => {
  const lab = await deskLab(t)
  const old = await lab.known()
  const newer = await lab.known()
  const { catalog } = await lab.room()
  const only = newer.copies.filter(({ store }) => store === 'one')
  await catalog.update(newer.id, { copies: only })
  t.match(await ask(lab, 'DELETE', `${path}/${old.id}`, 'manage'), {
    status: 409,
    body: { message: /in two$/ },
  })
})

t.test('docs/http-api.md lists what the OpenAPI document does', async (t) => {
  const page = readFileSync(join(projectRoot, 'docs/http-api.md'), 'utf8')
  const cells = [...page.matchAll(/^\| (`(?:GET|HEAD|POST|PUT|DELETE)\b[^|]*) \|/gm)]
  const listed = cells.flatMap(([, cell = '']) => {
    const path = /(\/[^`]*)`/.exec(cell)?.[1] ?? ''
    const plain = path.replace('/ID', '/{id}').replace('/NAME', '/{name}')
    return [...cell.matchAll(/[A-Z]{3,}(?=[ `])/g)].map(([method]) => `${method} ${plain}`)
  })
  const lab = await deskLab(t, {
    readHealth: async () => describeHealth([], { maxDropPercent: 50 }, new Date()),
  })
  const { paths } = (await lab.app.inject('/api/openapi.json')).json()
  const documented = Object.entries<object>(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  )
  const apart = ['GET /api/openapi.json', 'GET /admin/export', 'POST /admin/export']
  const own = new Set(listed.filter((one) => !apart.includes(one) && !one.includes('?')))
  t.strictSame([...own].toSorted(), documented.toSorted())
})
