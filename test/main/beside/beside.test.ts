import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, renameSync, rmSync, statSync } from 'node:fs'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { labFolder } from '../../cli/lab-folder.js'
import { cliPath, compileOctavo, octavo, run } from '../../cli/octavo.js'
import { ask, askUntil } from '../../support/ask.js'
import { launch } from '../../support/launch.js'

compileOctavo()

const key = 'k'.repeat(40)
const bearer = { authorization: `Bearer ${key}` }
const path = '/api/backup/database'

/** A short path: that of a socket may not be long. */
function shortFolder(t: Test): string {
  const folder = mkdtempSync(join(tmpdir(), 'octavo-test-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

function settings(t: Test): Record<string, string> {
  return { DATABASE_URL: join(labFolder(t), 'lab.sqlite3'), BACKUP_API_KEY: key }
}

t.test('octavo serve on a socket: for this user only, and gone at the end', async (t) => {
  const folder = shortFolder(t)
  const env = { ...settings(t), OCTAVO_SOCKET: 'o.sock' }
  const socket = join(folder, 'o.sock')
  const killed = launch(t, [cliPath, 'serve'], folder, env)
  await killed.waitFor(/(Server listening at .*o\.sock)"/)
  killed.child.kill('SIGKILL')
  await killed.ended
  t.ok(existsSync(socket), 'a stale one is left')
  const served = launch(t, [cliPath, 'serve'], folder, env)
  await served.waitFor(/(Server listening)/)
  t.equal(statSync(socket).mode & 0o777, 0o600)
  t.match(await ask({ at: socket, path, headers: bearer }), { status: 200 })
  t.match(await ask({ at: socket, path }), { status: 401 })
  await refusedAtOnce(t, socket)
  const second = await octavo(['serve'], { folder, env })
  t.match(second, { exit: 2, err: /o\.sock can't be listened on: another program listens there/ })
  t.match(await ask({ at: socket, path: '/api/health' }), { status: 200 }, 'the first goes on')
  served.child.kill('SIGTERM')
  t.equal(await served.ended, 0)
  t.notOk(existsSync(socket))
  writeFileSync(socket, 'precious')
  t.match(await octavo(['serve'], { folder, env }), { exit: 2, err: /no socket is there/ })
  const both = await octavo(['serve'], { folder, env: { ...env, OCTAVO_PORT: '0' } })
  t.match(both, { exit: 2, err: /OCTAVO_PORT is given beside OCTAVO_SOCKET/ })
  const long = await octavo(['serve'], { folder, env: { ...env, OCTAVO_SOCKET: 'x'.repeat(99) } })
  t.match(long, { exit: 2, err: /longer than 90 bytes/ })
})

t.test('the app has its words, environment and exit code, and nobody says more', async (t) => {
  const folder = shortFolder(t)
  const script = 'echo "$1|$PORT|$SEEN|$MALLOC_TRIM_THRESHOLD_|$OCTAVO_SOCKET"; exit 42'
  const words = ['beside', '--socket', 'o.sock', '--', 'sh', '-c', script, '-', 'a b']
  const env = { PORT: '1', SEEN: 'yes' }
  const ran = await octavo(words, { folder, env })
  t.match(ran, { exit: 42, out: `a b|1|yes||${join(folder, 'o.sock')}\n`, err: '' })
  const killed = await octavo(['beside', '--', 'sh', '-c', 'kill -KILL $$'], { folder })
  t.equal(killed.exit, 137)
})

t.test('an app that can not be started ends it as a shell would', async (t) => {
  const folder = shortFolder(t)
  writeFileSync(join(folder, 'no-program'), 'text')
  chmodSync(join(folder, 'no-program'), 0o600)
  const missing = await octavo(['beside', '--', './nothing', '--there'], { folder })
  t.match(missing, { exit: 127, err: /^octavo: \.\/nothing can not be started: it is not found$/m })
  t.match(await octavo(['beside', '--', './no-program'], { folder }), { exit: 126, err: /EACCES/ })
  t.match(await octavo(['beside'], { folder }), { exit: 2, err: /COMMAND/ })
  t.match(await octavo(['beside', '--help'], { folder }), { exit: 0, out: /127 +the command is/ })
})

const echoing = `
process.on('SIGTERM', () => { console.log('heard SIGTERM'); process.exit(7) })
for (const name of ['SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2', 'SIGWINCH'])
  process.on(name, () => console.log('heard ' + name + '.'))
setInterval(() => undefined, 1000)
console.log('the app is up at ' + process.env.OCTAVO_SOCKET + '.')
`

t.test('signals reach the app, and only the app decides when to end', async (t) => {
  const folder = shortFolder(t)
  const words = [cliPath, 'beside', '--', process.execPath, '-e', echoing]
  // A terminal of its own would send the app some of them itself: terminal.test.ts.
  const running = launch(t, words, folder, settings(t), { ownSession: true })
  const socket = await running.waitFor(/up at (.*)\.\n/)
  await askUntil({ at: socket, path: '/api/health' })
  t.equal(statSync(join(socket, '..')).mode & 0o777, 0o700)
  for (const name of ['SIGINT', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2', 'SIGWINCH']) {
    running.child.kill(name as NodeJS.Signals)
    await running.waitFor(new RegExp(`(heard ${name}\\.)`))
  }
  t.match(await ask({ at: socket, path, headers: bearer }), { status: 200 })
  running.child.kill('SIGTERM')
  t.equal(await running.ended, 7)
  t.notOk(existsSync(socket))
})

t.test('a missing database is told once, and the service comes with it', async (t) => {
  const folder = shortFolder(t)
  const env = settings(t)
  const database = env['DATABASE_URL'] ?? ''
  renameSync(database, `${database}.away`)
  const words = [cliPath, 'beside', '--', process.execPath, '-e', echoing]
  const running = launch(t, words, folder, { ...env, PORT: '1' })
  const socket = await running.waitFor(/up at (.*)\.\n/)
  await running.waitFor(
    /(octavo: the database .* does not exist\noctavo: hint: .*\noctavo: The app)/,
  )
  renameSync(`${database}.away`, database)
  await askUntil({ at: socket, path, headers: bearer })
  await running.waitFor(/(octavo: the service answers again)/)
  t.equal(running.output().split('does not exist').length, 2, 'once')
})

t.test('the service ends when its supervisor is killed', async (t) => {
  const folder = shortFolder(t)
  const words = [cliPath, 'beside', '--', process.execPath, '-e', echoing]
  const running = launch(t, words, folder, settings(t))
  const socket = await running.waitFor(/up at (.*)\.\n/)
  await askUntil({ at: socket, path: '/api/health' })
  const [, app = ''] = /(\d+)/.exec(await children(running.child.pid)) ?? []
  running.child.kill('SIGKILL')
  await once(running.child, 'exit')
  // `ended` waits for everybody who holds the outputs: the app, which is ours to end, and the service.
  process.kill(Number(app), 'SIGKILL')
  await running.ended
  t.notOk(existsSync(socket))
})

async function children(pid: number | undefined): Promise<string> {
  const { out } = await run('ps', ['-o', 'pid=', '--ppid', String(pid)], { folder: tmpdir() })
  return out
}

t.test('with OCTAVO_PORT the service has a port of its own', async (t) => {
  const folder = shortFolder(t)
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0
  await new Promise((resolve) => server.close(resolve))
  const words = [cliPath, 'beside', '--', process.execPath, '-e', echoing]
  const env = { ...settings(t), PORT: '1', OCTAVO_PORT: String(port) }
  launch(t, words, folder, env)
  t.equal((await askUntil({ at: port, path, headers: bearer })).status, 200)
  await refusedAtOnce(t, port)
})

/** Wrong keys: a waiting answer would hold a thread of the app. */
async function refusedAtOnce(t: Test, at: string | number): Promise<void> {
  const headers = { authorization: 'Bearer a-key-that-opens-nothing' }
  const statuses: number[] = []
  for (let nth = 0; nth < 6; nth += 1) statuses.push((await ask({ at, path, headers })).status)
  t.same(statuses, [401, 401, 401, 401, 401, 429])
  t.match(await ask({ at, path, headers: bearer }), { status: 200 })
}
