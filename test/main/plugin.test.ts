import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { labFolder } from '../cli/lab-folder.js'
import { compileOctavo } from '../cli/octavo.js'
import { projectRoot } from '../house/source-files.js'
import { ask } from '../support/ask.js'
import { docBlock } from '../support/doc-block.js'
import { launch } from '../support/launch.js'

compileOctavo()

const key = 'k'.repeat(40)
const bearer = { authorization: `Bearer ${key}` }

/** A project that has installed the package as npm would publish it; the rest is borrowed from ours. */
function installedProject(t: Test): string {
  const folder = mkdtempSync(join(tmpdir(), 'octavo-plugin-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  const words = ['pack', '--ignore-scripts', '--pack-destination', folder]
  execFileSync('npm', words, { cwd: projectRoot, stdio: ['ignore', 'ignore', 'pipe'] })
  const [archive = ''] = readdirSync(folder).filter((name) => name.endsWith('.tgz'))
  execFileSync('tar', ['xzf', archive], { cwd: folder })
  const modules = join(folder, 'node_modules')
  mkdirSync(modules)
  renameSync(join(folder, 'package'), join(modules, 'octavo'))
  for (const name of readdirSync(join(projectRoot, 'node_modules')))
    if (!name.startsWith('.') && name !== 'octavo')
      symlinkSync(join(projectRoot, 'node_modules', name), join(modules, name))
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  return folder
}

const ownParts = `
app.setErrorHandler((_error, _request, reply) => reply.code(418).send({ own: true }))
app.addHook('onSend', async (_request, reply) => void reply.header('x-own', 'yes'))
app.get('/fails', () => { throw new Error('own') })
app.removeContentTypeParser('application/json')
app.addContentTypeParser('application/json', (_request, _body, done) => done(null, 'own'))
app.get('/number', { schema: { querystring: { type: 'object', required: ['n'],
  properties: { n: { type: 'integer' } } } } }, (request) => request.query)
app.get('/api/backup/own', () => ({ own: true }))
`

function compile(folder: string, source: string) {
  writeFileSync(join(folder, 'server.ts'), source)
  const options = ['--strict', '--module', 'nodenext', '--target', 'es2022', '--types', 'node']
  const tsc = join(projectRoot, 'node_modules/typescript/bin/tsc')
  const words = [tsc, ...options, '--skipLibCheck', '--ignoreConfig', 'server.ts']
  return spawnSync(process.execPath, words, { cwd: folder, encoding: 'utf8' })
}

t.test('an app with the plugin of the installed package compiles and exports', async (t) => {
  const folder = installedProject(t)
  mkdirSync(join(folder, 'data'))
  const source = docBlock('beside-fastify.md', 'server.ts')
  const wrong = compile(folder, source.replace(/^ {2}keys: .*\n/m, ''))
  t.match(wrong.stdout, /Property 'keys' is missing/, 'the types are found')
  const server = source
    .replace('app.get(', `${ownParts}app.get(`)
    .replace("host: '0.0.0.0'", "host: '127.0.0.1'")
  const compiled = compile(folder, server)
  t.equal(compiled.status, 0, compiled.stdout)

  const noKey = launch(t, ['server.js'], folder, { PORT: '0' })
  t.equal(await noKey.ended, 1)
  t.match(noKey.output(), /keys names none; it should be a list of keys/)

  const env = { PORT: '0', BACKUP_API_KEY: key }
  const app = launch(t, ['server.js'], folder, env)
  const at = Number(await app.waitFor(/Server listening at http:[^"]*:(\d+)"/))
  const path = '/schedule/api/backup/database'
  const absent = await ask({ at, path, headers: bearer })
  t.match(JSON.parse(absent.body.toString()), { code: 'database-not-found' })
  renameSync(join(labFolder(t), 'lab.sqlite3'), join(folder, 'data/db.sqlite3'))

  const exported = await ask({ at, path: `${path}/?verify=true`, headers: bearer })
  t.match(exported, { status: 200, headers: { 'octavo-verified': 'snapshot', 'x-own': 'yes' } })
  t.match(JSON.parse(exported.body.toString()), { database: { name: 'lab', label: 'prod' } })
  const headers = { ...bearer, 'if-match': exported.headers.etag }
  const again = await ask({ at, path: `${path}?verify=true`, headers })
  t.ok(again.body.equals(exported.body))
  const refused = await ask({ at, path })
  t.match(refused, { status: 401, headers: { 'cache-control': 'no-store' } })
  t.match(JSON.parse(refused.body.toString()), { code: 'unauthorized' })
  t.equal((await ask({ at, path: `${path}?model=x`, headers: bearer })).status, 400)
  await archivedIsKnown(t, at, join(folder, 'data/.db.sqlite3.octavo-archived.json'))
  t.equal((await ask({ at, path: '/api/backup/database', headers: bearer })).status, 404)

  const own = await ask({ at, path: '/' })
  t.match(own, { status: 200, headers: { 'x-own': 'yes' } })
  for (const name of ['cache-control', 'octavo-request', 'x-content-type-options'])
    t.notOk(name in own.headers, `${name} stays with the export`)
  const fails = await ask({ at, path: '/fails' })
  t.match(fails, { status: 418, headers: { 'octavo-request': undefined } })
  const five = await ask({ at, path: '/number?n=5' })
  t.same(JSON.parse(five.body.toString()), { n: 5 }, 'their validation is theirs')
  t.equal((await ask({ at, path: '/number?n=x' })).status, 418)
  t.notMatch(app.output(), key)
  app.child.kill('SIGTERM')
  t.equal(await app.ended, 0)
})

/** With and without a slash at the end, whatever the app does with JSON. */
async function archivedIsKnown(t: Test, at: number, file: string): Promise<void> {
  const path = '/schedule/api/backup/archived'
  const archived = {
    database: 'lab',
    repository: 'lab/backups',
    commit: 'c'.repeat(40),
    name: 'database_backup_2026-11-22_00-17-00',
    content_sha256: 'd'.repeat(64),
  }
  const post = { at, method: 'POST', headers: { ...bearer, 'content-type': 'application/json' } }
  for (const [slash, instant] of [
    ['', '2024-01-07T00:20:00.000Z'],
    ['/', '2024-01-14T00:20:00.000Z'],
  ] as const) {
    const told = { ...archived, at: instant }
    const answer = await ask({ ...post, path: path + slash, body: JSON.stringify(told) })
    t.equal(answer.status, 204, answer.body.toString())
    const known = await ask({ at, path: path + slash, headers: bearer })
    t.match(JSON.parse(known.body.toString()), { databases: [{ name: 'lab', archived: told }] })
  }
  t.match(JSON.parse(readFileSync(file, 'utf8')), { databases: [{ database: 'lab' }] })
  t.equal((await ask({ at, path })).status, 401)
  const wrong = await ask({ ...post, path, body: '{"database": 1}' })
  t.match([wrong.status, JSON.parse(wrong.body.toString())], [400, { code: 'usage' }])
}
