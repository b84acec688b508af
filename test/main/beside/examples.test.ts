import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { compileOctavo, octavo } from '../../cli/octavo.js'
import { ask, type Answer } from '../../support/ask.js'
import { staff } from '../../support/beside/example-app.js'
import { expressApp } from '../../support/beside/express-app.js'
import { flaskApp } from '../../support/beside/flask-app.js'
import { railsApp } from '../../support/beside/rails-app.js'
import {
  archivedPath,
  bearer,
  buttonPath,
  exportPath,
  key,
  startBeside,
  type StartedExample,
} from '../../support/beside/start-example.js'
import { freePort } from '../../support/free-port.js'

compileOctavo()

for (const example of [flaskApp, expressApp, railsApp]) {
  t.test(
    `${example.name} as the page has it: exports pass, the button refuses`,
    { skip: example.missing },
    async (t) => {
      const app = await startBeside(t, example)
      const whole = await exportsPass(t, app, app.service)
      await verifies(t, app, whole)
      await partsPass(t, app, whole)
      await archivedPasses(t, app)
      const headers = { ...staff, ...(await example.formHeaders(app.port)) }
      const pressed = await app.ask(buttonPath, { method: 'POST', headers })
      t.equal(pressed.status, 403, 'nobody is staff before the app says who')
      t.equal((await app.ask(buttonPath)).status >= 404, true, 'a link does not press it')
      await killedServiceIs503(t, app)
    },
  )

  t.test(
    `${example.name} with the staff filled in: the button exports, over OCTAVO_PORT`,
    { skip: example.missing },
    async (t) => {
      const env = { OCTAVO_PORT: String(await freePort()) }
      const app = await startBeside(t, example, { filledIn: true, env })
      const form = await example.formHeaders(app.port)
      const press = (more: object) =>
        app.ask(buttonPath, { method: 'POST', headers: { ...form, ...more } })
      t.equal((await press({})).status, 403)
      const exported = await press(staff)
      t.match(exported, { status: 200, headers: { 'octavo-verified': 'snapshot' } })
      t.match(exported.headers['content-disposition'], /^attachment; filename="database_backup_/)
      await verifies(t, app, exported)
      t.notMatch(JSON.stringify(exported.headers) + exported.body.toString() + app.output(), key)
      await archivedPasses(t, app)
    },
  )
}

/** What the service says, the app says; nothing is lost and nothing is added. */
async function exportsPass(
  t: Test,
  app: StartedExample,
  service: string | number,
): Promise<Answer> {
  const through = await app.ask(exportPath, { headers: bearer })
  const headers = { ...bearer, 'if-match': String(through.headers.etag) }
  const straight = await ask({ at: service, path: '/api/backup/database', headers })
  t.equal(straight.status, 200)
  t.ok(through.body.equals(straight.body), 'the same bytes')
  for (const name of Object.keys(straight.headers).filter((name) => !ownHeaders.has(name)))
    t.equal(through.headers[name], straight.headers[name], name)
  t.equal(through.rawHeaders.filter((text) => /^date$/i.test(text)).length, 1, 'one date')
  return through
}

/** Of a connection and a request, so they differ. */
const ownHeaders = new Set(['connection', 'keep-alive', 'date', 'octavo-request'])

async function verifies(t: Test, { folder }: StartedExample, { body }: Answer): Promise<void> {
  writeFileSync(join(folder, 'b.json'), body)
  t.match(await octavo(['verify', 'b.json', '--expect', 'auth.User'], { folder }), { exit: 0 })
}

async function partsPass(t: Test, app: StartedExample, whole: Answer): Promise<void> {
  const etag = String(whole.headers.etag)
  const range = { ...bearer, range: 'bytes=10-19', 'if-range': etag }
  const part = await app.ask(exportPath, { headers: range })
  const total = whole.body.length
  t.match(part, { status: 206, headers: { 'content-range': `bytes 10-19/${total}` } })
  t.ok(part.body.equals(whole.body.subarray(10, 20)))
  const zipped = await app.ask(exportPath, { headers: { ...bearer, 'accept-encoding': 'gzip' } })
  t.match(zipped.headers, { 'content-encoding': 'gzip', 'content-length': `${zipped.body.length}` })
  const same = await app.ask(exportPath, { headers: { ...bearer, 'if-none-match': etag } })
  t.equal(same.status, 304)
  const head = await app.ask(exportPath, { method: 'HEAD', headers: bearer })
  t.match(head, { status: 200, headers: { 'content-length': `${total}` } })
  t.match(await app.ask(exportPath), { status: 401, headers: { 'www-authenticate': /^Bearer/ } })
  t.equal((await app.ask(exportPath.slice(0, -1), { headers: bearer })).status, 200)
  for (const query of ['?model=x', '?model=\u00e4', '?models=a|"<b'])
    t.match(await app.ask(exportPath + query, { headers: bearer }), { status: /40[04]/ }, query)
}

async function archivedPasses(t: Test, app: StartedExample): Promise<void> {
  const archived = {
    database: 'database',
    repository: 'lab/backups',
    commit: 'c'.repeat(40),
    name: 'database_backup_2026-11-22_00-17-00',
    content_sha256: 'd'.repeat(64),
    at: new Date().toISOString(),
  }
  const body = JSON.stringify(archived)
  const about = { 'content-type': 'application/json', 'content-length': body.length }
  const tell = (authorization: string) =>
    app.ask(archivedPath, { method: 'POST', headers: { ...about, authorization }, body })
  t.equal((await tell('Bearer wrong')).status, 401)
  t.equal((await tell(bearer.authorization)).status, 204)
  const known = await app.ask(archivedPath, { headers: bearer })
  t.match(JSON.parse(known.body.toString()), { databases: [{ name: 'database', archived }] })
}

async function killedServiceIs503(
  t: Test,
  app: StartedExample & { readonly service: string | number },
): Promise<void> {
  const pid = /"pid":(\d+)/.exec(app.output())?.[1]
  process.kill(Number(pid), 'SIGKILL')
  // Until the system has ended it, a connection to it may still be made.
  rmSync(String(app.service))
  const gone = await app.ask(exportPath, { headers: bearer })
  t.match(gone, { status: 503, headers: { 'retry-after': '10' } })
  t.match(JSON.parse(gone.body.toString()), { code: 'unavailable', message: 'Octavo is not up' })
}
