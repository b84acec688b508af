import { setTimeout as delay } from 'node:timers/promises'
import t from 'tap'
import type { Clock } from '../../../src/core/clock.js'
import type { AppOptions } from '../../../src/http/app-options.js'
import { deskLab, soon, type DeskLab } from '../desk-lab.js'
import type { Test } from 'tap'
import { memoryDesk, passwordOf } from './memory-desk.js'
import { Visitor } from './visitor.js'

async function adminLab(t: Test, more: Partial<AppOptions> = {}): Promise<DeskLab> {
  const readHealth = async () => ({ checkedAt: '', databases: [health], findings: [] })
  return deskLab(t, { admin: memoryDesk(), readHealth, ...more })
}

const health = {
  name: 'database',
  label: 'prod',
  newest: null,
  formats: [],
  archivedAt: null,
  ageMs: null,
  runs: { success: 0, failed: 0, 'in-progress': 0 },
  schedules: [],
}

t.test('nobody sees a page before the login, and is brought to the page asked for', async (t) => {
  const { app } = await adminLab(t)
  const visitor = new Visitor(app)
  const sent = await visitor.get('/admin/jobs')
  t.equal(sent.statusCode, 303)
  t.equal(sent.headers.location, '/admin/log-in?next=%2Fadmin%2Fjobs')
  const page = await visitor.follow(sent)
  t.match(page.body, '<label for="password">Password</label>')
  t.match(page.headers['cache-control'], 'no-store')
  const wrong = await visitor.post('/admin/log-in', {
    name: 'admin',
    password: 'x',
    next: '/admin/jobs',
  })
  t.equal(wrong.statusCode, 401)
  t.match(wrong.body, 'The name or the password is wrong.')
  const right = await visitor.post('/admin/log-in', {
    name: 'admin',
    password: passwordOf('admin'),
    next: '/admin/jobs',
  })
  t.equal(right.headers.location, '/admin/jobs')
  t.match((await visitor.follow(right)).body, '<h1>Jobs</h1>')
})

t.test('an export is made, followed and downloaded, and leaves nothing', async (t) => {
  const { app, desk } = await adminLab(t)
  const visitor = await new Visitor(app).logIn('operator')
  t.match((await visitor.get('/admin/')).body, 'Export Complete Database')
  const begun = await visitor.post('/admin/exports', { database: 'database', verify: 'true' })
  t.equal(begun.statusCode, 303, begun.body)
  const job = String(begun.headers.location)
  await soon(async () => (await visitor.get(job)).body.includes('Success'))
  const page = await visitor.get(job)
  t.match(page.body, `<a class="button" href="${job}/file" download>`)
  const file = await visitor.get(`${job}/file`)
  t.equal(file.statusCode, 200, file.body)
  t.match(file.headers['content-disposition'], 'attachment')
  t.strictSame(await desk.shelf.list({}), [])
})

/** What waits for an hour ends when the test says so. */
class HandClock implements Clock {
  atMs = Date.UTC(2026, 10, 22)
  readonly hours: (() => void)[] = []

  now(): Date {
    return new Date(this.atMs)
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (ms === 60 * 60_000) await new Promise<void>((resolve) => this.hours.push(resolve))
    else await delay(ms, undefined, { signal, ref: false })
  }
}

t.test('a session that was ended stays so, whatever is still being answered', async (t) => {
  const clock = new HandClock()
  const desk = memoryDesk()
  const gate = { held: false, open: () => {}, waits: 0 }
  const find: typeof desk.people.find = async (person) => {
    if (gate.held) {
      gate.waits += 1
      await new Promise<void>((resolve) => (gate.open = resolve))
    }
    return desk.people.find(person)
  }
  const admin = { ...desk, people: { ...desk.people, find } }
  const { app } = await adminLab(t, { admin, clock })
  const visitor = await new Visitor(app).logIn('admin')
  const cookies = new Map(visitor.cookies)
  clock.atMs += 2 * 60_000
  gate.held = true
  const slow = visitor.get('/admin/jobs')
  await soon(() => gate.waits === 1)
  gate.held = false
  t.equal((await visitor.post('/admin/log-out')).statusCode, 303)
  gate.open()
  t.equal((await slow).statusCode, 200, 'it was asked for before, and notes when')
  const thief = new Visitor(app)
  for (const [name, value] of cookies) thief.cookies.set(name, value)
  t.equal((await thief.get('/admin/jobs')).statusCode, 303)
})

t.test('after the login an address that no header can hold leads to the overview', async (t) => {
  const { app } = await adminLab(t)
  for (const next of ['/admin/\u2603', '/admin/jobs\nx: y', '//evil.example', '/admin/\\evil']) {
    const visitor = new Visitor(app)
    await visitor.get('/admin/log-in')
    const given = { name: 'admin', password: passwordOf('admin'), next }
    const answer = await visitor.post('/admin/log-in', given)
    t.match(answer, { statusCode: 303, headers: { location: '/admin/' } }, next)
  }
})

const previewed = {
  dryRun: true,
  safetyCopy: null,
  warnings: [],
  excludedRows: [],
  changes: [{ model: 'a\u202eb', added: 1, changed: 0, removed: 0, records: 1 }],
}
const confirmed = { name: 'database', password: passwordOf('admin') }

t.test('what a preview has shown is confirmed once, by its name and a password', async (t) => {
  const { app, backUp, held } = await adminLab(t)
  const { id } = await backUp()
  const admin = await new Visitor(app).logIn('admin')
  await admin.get(`/admin/restore/plan?backup=${id}`)
  const asked = { backup: id, into: 'database', what: 'replace' }
  const begun = await admin.post('/admin/restore/preview', asked)
  const job = String(begun.headers.location)
  const preview = job.slice(job.lastIndexOf('/') + 1)
  const confirm = async (more: Record<string, string> = {}) => {
    await admin.get('/admin/restore')
    return admin.post('/admin/restore', { preview, ...confirmed, ...more })
  }
  t.equal((await confirm()).statusCode, 404, 'not before it has ended')
  held.end(previewed)
  await soon(async () => (await admin.get(job)).body.includes('Go on to confirm it'))
  t.match((await admin.get(job)).body, '<bdi>a\u202eb</bdi>')
  for (const name of ['Database', 'data base', ''])
    t.equal((await confirm({ name })).statusCode, 409, name)
  t.equal((await confirm({ password: 'x' })).statusCode, 403)
  t.equal((await confirm({ preview: crypto.randomUUID() })).statusCode, 404)
  const answers = await Promise.all([confirm(), confirm()])
  const statuses = new Set(answers.map(({ statusCode }) => statusCode))
  t.strictSame(statuses, new Set([303, 404]))
  t.match(held.started.slice(1), [{ verb: 'restore', request: { dryRun: false } }])
  t.equal(held.started.length, 2, 'two clicks are one restore')
  held.end({ ...previewed, dryRun: false })
  await soon(async () => !(await admin.get('/admin/jobs')).body.includes('In progress'))
  t.equal((await confirm()).statusCode, 404, 'by now it would change other things')
  const only = Array.from({ length: 1000 }, (_, nth) => `a_long_name_of_an_app.Model${nth}`)
  await admin.get('/admin/restore')
  const many = await admin.post('/admin/restore/preview', { ...asked, what: 'models', only })
  t.equal(many.statusCode, 303, many.body)
  t.match(held.started.at(-1)?.request, { only })
})

t.test(
  'a file that is gone by the time it is confirmed is said to be, and not where',
  async (t) => {
    const clock = new HandClock()
    const { app, held } = await adminLab(t, { clock })
    const admin = await new Visitor(app).logIn('admin')
    await admin.get('/admin/restore')
    const part = (head: string, body: string) =>
      `--x\r\nContent-Disposition: form-data; ${head}\r\n\r\n${body}\r\n`
    const sent = await app.inject({
      method: 'POST',
      url: '/admin/restore/upload',
      headers: {
        'content-type': 'multipart/form-data; boundary=x',
        cookie: [...admin.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
      },
      payload: `${part('name="_csrf"', admin.csrf)}${part('name="file"; filename="../a.json"', '{}')}--x--\r\n`,
    })
    t.equal(sent.statusCode, 303, sent.body)
    await soon(() => held.started.length === 1)
    const [look] = held.started as { request: { source: { upload: string; name: string } } }[]
    const source = look?.request.source ?? { upload: '', name: '' }
    t.equal(source.name, 'a.json')
    held.end({})
    const upload = source.upload.slice(source.upload.lastIndexOf('/') + 1)
    const asked = { upload, into: 'database', what: 'replace' }
    const begun = await admin.post('/admin/restore/preview', asked)
    const job = String(begun.headers.location)
    await soon(() => held.started.length === 2)
    held.end(previewed)
    await soon(async () => (await admin.get(job)).body.includes('Go on to confirm it'))
    for (const over of clock.hours) over()
    await soon(
      async () => (await admin.get(`/admin/restore/plan?upload=${upload}`)).statusCode === 404,
    )
    const preview = job.slice(job.lastIndexOf('/') + 1)
    const answer = await admin.post('/admin/restore', { preview, ...confirmed })
    t.equal(answer.statusCode, 404)
    t.match(answer.body, 'The file that was sent is not there any more.')
    t.equal(held.started.length, 2)
  },
)

t.test('behind a prefix everything that a page leads to is behind it, too', async (t) => {
  const { app } = await adminLab(t, { routePrefix: '/schedule' })
  const visitor = new Visitor(app)
  const seen = new Set<string>()
  const outside: string[] = []
  const look = async (address: string): Promise<void> => {
    const { body, statusCode, headers, cookies } = await visitor.get(address)
    t.equal(statusCode, 200, address)
    for (const { name, path } of cookies) t.equal(path, '/schedule/admin', name)
    if (!String(headers['content-type']).startsWith('text/html')) return
    for (const [, to = ''] of body.matchAll(/(?:href|src|action)="([^"#]+)/g)) {
      if (!to.startsWith('/schedule/admin')) outside.push(`${to} on ${address}`)
      const isForm = body.includes(`action="${to}"`)
      if (seen.has(to) || isForm || to.includes('?')) continue
      seen.add(to)
      await look(to)
    }
  }
  t.equal((await visitor.get('/schedule/admin/')).headers.location, '/schedule/admin/log-in')
  await look('/schedule/admin/log-in')
  await visitor.logIn('admin', '/schedule/admin')
  await look('/schedule/admin/')
  t.strictSame(outside, [])
  t.ok(seen.has('/schedule/admin/export') && seen.has('/schedule/admin/users'), 'it went round')
})

t.test('the overview tells what failed, and no path of the machine', async (t) => {
  const failed = {
    check: 'failed',
    backup: null,
    database: 'database',
    message: 'the last backup failed: could not open /srv/app/data.sqlite3',
    hint: 'See to /srv/app.',
  } as const
  const readHealth = async () => ({ checkedAt: '', databases: [health], findings: [failed] })
  const { app } = await adminLab(t, { readHealth })
  const { body } = await (await new Visitor(app).logIn('viewer')).get('/admin/')
  t.match(body, 'The last backup failed: could not open a path of the machine.')
  t.notMatch(body, '/srv/')
})

t.test('what the policies do not keep is shown, and removed once that was seen', async (t) => {
  const { app, backUp, desk, policy, audit } = await adminLab(t)
  // The oldest stays until there are backups of several weeks.
  await backUp()
  const old = await backUp()
  const kept = await backUp()
  policy.now = { last: 1 }
  const visitor = await new Visitor(app).logIn('admin')
  t.match((await visitor.get('/admin/stores')).body, 'Show what the policies would remove')
  const job = String((await visitor.post('/admin/prune')).headers.location)
  await soon(async () => (await visitor.get(job)).body.includes('Success'))
  const shown = await visitor.get(job)
  t.match(shown.body, 'Would go: 2 copies.')
  t.equal((await desk.shelf.get(old.id))?.copies.length, 2, 'nothing is removed by looking')
  const removal = String((await visitor.post('/admin/prune', { really: 'true' })).headers.location)
  await soon(async () => (await visitor.get(removal)).body.includes('Success'))
  t.match((await visitor.get(removal)).body, 'Removed: 2 copies.')
  t.equal((await desk.shelf.get(old.id))?.copies.length ?? 0, 0)
  t.equal((await desk.shelf.get(kept.id))?.copies.length, 2)
  t.match(audit.filter(({ action }) => action === 'prune').at(-1), { outcome: 'done' })
  const operator = await new Visitor(app).logIn('operator')
  t.notMatch((await operator.get('/admin/stores')).body, 'would remove')
  t.equal((await operator.post('/admin/prune')).statusCode, 403)
  t.notMatch((await operator.get(job)).body, 'name="really"')
})
