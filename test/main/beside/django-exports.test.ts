import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readdirSync } from 'node:fs'
import t, { type Test } from 'tap'
import { compileOctavo, octavo } from '../../cli/octavo.js'
import { ask } from '../../support/ask.js'
import { key, noDjango } from '../../support/django/django-project.js'
import {
  bearer,
  button,
  path,
  servicePid,
  startBeside,
  writeOn,
  type Beside,
} from './start-beside.js'

compileOctavo()

for (const journal of ['delete', 'wal'] as const)
  t.test(`exports through the view, journal mode ${journal}`, { skip: noDjango }, async (t) => {
    const beside = await startBeside(t, journal)
    const stop = writeOn(beside)
    for (let round = 0; round < 2; round += 1) {
      const { status, headers, body } = await beside.ask(`${path}?verify=true`, bearer)
      t.match({ status, headers }, { status: 200, headers: { 'octavo-verified': 'snapshot' } })
      const { models } = JSON.parse(body.toString())
      t.ok(models['lab.left'].length >= 500)
      t.equal(models['lab.left'].length, models['lab.right'].length, 'one instant')
    }
    t.ok((await stop()) > 0)

    const through = await beside.ask(path, bearer)
    const etag = String(through.headers.etag)
    const straight = await ask({
      at: beside.socket,
      path: '/api/backup/database',
      headers: { ...bearer, 'if-match': etag },
    })
    t.equal(straight.status, 200)
    t.ok(through.body.equals(straight.body), 'the same bytes')
    for (const name of ['content-length', 'content-disposition', 'content-type', 'repr-digest'])
      t.equal(through.headers[name], straight.headers[name], name)
    t.notOk(
      'strict-transport-security' in through.headers,
      'nothing is said for the host of the app',
    )
    writeFileSync(join(beside.project.folder, 'b.json'), through.body)
    const words = ['verify', 'b.json', '--expect', 'auth.User']
    t.match(await octavo(words, { folder: beside.project.folder }), { exit: 0 })

    const range = { ...bearer, range: 'bytes=10-19', 'if-range': etag }
    const part = await beside.ask(path, range)
    t.match(part, { status: 206, headers: { 'content-length': '10' } })
    t.ok(part.body.equals(through.body.subarray(10, 20)))
    const zipped = await beside.ask(path, { ...bearer, 'accept-encoding': 'gzip' })
    t.match(zipped.headers, { 'content-encoding': 'gzip', 'content-length': /\d+/ })
    const same = await beside.ask(path, { ...bearer, 'if-none-match': etag })
    t.equal(same.status, 304)
    const head = await beside.ask(path, bearer, 'HEAD')
    t.match(head, { status: 200, headers: { 'content-length': `${through.body.length}` } })
    t.match(await beside.ask(path), { status: 401, headers: { 'www-authenticate': /^Bearer/ } })
    for (const query of ['?model=x', '?model=\u00e4', '?model=|"<'])
      t.equal((await beside.ask(path + query, bearer)).status, 400, query)

    if (journal === 'delete') {
      await pressTheButton(t, beside)
      await tellOfTheArchive(t, beside)
    }
    await endByTerm(t, beside)
  })

async function tellOfTheArchive(t: Test, { project, ask: askApp }: Beside): Promise<void> {
  const to = path.replace('database', 'archived')
  const archived = {
    database: 'database',
    repository: 'lab/backups',
    commit: 'c'.repeat(40),
    name: 'database_backup_2026-11-22_00-17-00',
    content_sha256: 'd'.repeat(64),
    at: new Date().toISOString(),
  }
  const body = JSON.stringify(archived)
  const headers = { ...bearer, 'content-type': 'application/json', 'content-length': body.length }
  const tell = (more: object) =>
    ask({ at: project.port, path: to, method: 'POST', headers, body, ...more })
  t.equal((await tell({ headers: { ...headers, authorization: 'Bearer wrong' } })).status, 401)
  t.equal((await tell({})).status, 204)
  const known = await askApp(to, bearer)
  t.match(JSON.parse(known.body.toString()), { databases: [{ name: 'database', archived }] })
}

async function pressTheButton(t: Test, beside: Beside): Promise<void> {
  const { staff, user } = beside.project
  const exported = await beside.ask(button, staff, 'POST')
  t.match(exported, { status: 200, headers: { 'octavo-verified': 'snapshot' } })
  t.match(exported.headers['content-disposition'], /^attachment; filename="database_backup_/)
  t.notMatch(JSON.stringify(exported.headers) + exported.body.toString(), key)
  t.equal((await beside.ask(button, user, 'POST')).status, 403)
  t.match(await beside.ask(button), { status: 302, headers: { location: /login/ } })
  t.equal((await beside.ask(button, { cookie: staff['cookie'] ?? '' }, 'POST')).status, 403)
  t.notMatch(beside.output(), key)
}

/** With an export under way. */
async function endByTerm(t: Test, beside: Beside): Promise<void> {
  const underWay = beside.ask(`${path}?verify=true`, bearer).catch(() => null)
  beside.child.kill('SIGTERM')
  t.equal(await beside.ended, 143)
  await underWay
  t.throws(() => process.kill(servicePid(beside), 0), { code: 'ESRCH' })
  const left = readdirSync(beside.project.folder).filter((name) => name.includes('sock'))
  t.same(left, [], 'the socket is gone')
}
