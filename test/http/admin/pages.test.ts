import t from 'tap'
import { deskLab, soon, type DeskLab } from '../desk-lab.js'
import type { Test } from 'tap'
import { memoryDesk, passwordOf } from './memory-desk.js'
import { Visitor } from './visitor.js'

async function adminLab(t: Test): Promise<DeskLab> {
  const readHealth = async () => ({ checkedAt: '', databases: [health], findings: [] })
  return deskLab(t, { admin: memoryDesk(), readHealth })
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
