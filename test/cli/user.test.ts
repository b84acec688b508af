import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough, Readable, Writable } from 'node:stream'
import t from 'tap'
import { sessionFolder } from '../../src/access/sessions/session-folder.js'
import { buildProgram } from '../../src/cli/build-program.js'
import { readConfig } from '../../src/config/read-config.js'
import { openAdminDesk } from '../../src/main/admin-desk.js'
import { FetchedBackups } from '../../src/main/fetched-backups.js'
import { makeActions } from '../../src/main/make-actions.js'
import { serve } from '../../src/main/serve.js'
import { serviceUsers } from '../../src/main/service-users.js'
import { writeSample } from '../../src/sample/write-sample.js'
import { pythonWith } from '../support/python-with.js'
import { cliPath, compileOctavo } from './octavo.js'

const password = 'four words of hers'

interface Lab {
  readonly out: () => string
  readonly context: Parameters<typeof makeActions>[0]
  run(words: string, input?: Readable, isTerminal?: boolean): Promise<unknown>
}

/** The command line in this process: what it is given, and all that it writes. */
function lab(folder: string, settings: Readonly<Record<string, string>> = {}): Lab {
  const environment = { DATABASE_URL: 'db.sqlite3', ...settings }
  let told = ''
  const out = new Writable({
    write: (chunk, _encoding, done) => {
      told += String(chunk)
      done()
    },
  })
  const contextOf = (input: Readable, isTerminal: boolean): Lab['context'] => {
    const tty = { in: isTerminal, out: isTerminal, err: isTerminal }
    const terminal = { in: input, out, err: out, tty, colour: false }
    const config = readConfig(environment, folder)
    const base = { environment, folder, terminal, config: () => config }
    return { ...base, backups: new FetchedBackups(base) }
  }
  return {
    out: () => told,
    context: contextOf(Readable.from([]), false),
    run: async (words, input = Readable.from([]), isTerminal = false) => {
      told = ''
      const context = contextOf(input, isTerminal)
      const program = buildProgram({
        actions: makeActions(context, () => undefined),
        terminal: context.terminal,
        signal: new AbortController().signal,
        endWith: () => undefined,
      })
      return await program.parseAsync(['user', ...words.split(' ')], { from: 'user' })
    },
  }
}

t.test('accounts are made, changed and removed, and the trail tells it', async (t) => {
  const folder = t.testdir()
  const { run, out, context } = lab(folder)
  await run('list')
  t.match(out(), /no accounts: `octavo user create NAME --role admin`/)
  t.strictSame(readdirSync(folder), [], 'looking makes nothing')
  const piped = (text: string): Readable => Readable.from([Buffer.from(text)])
  await run('create Ada --role admin --password-stdin', piped(`${password}\n`))
  t.equal(out(), 'Ada may log in now, as admin\n')
  const { desk } = await openAdminDesk(context)
  t.match(await desk.people.logIn('ada', password), { person: { name: 'Ada', role: 'admin' } })
  t.notOk(await desk.people.find({ kind: 'user', name: 'bob' }))
  const typed = new PassThrough()
  typed.write(`${password}\r${password}\r`)
  await run('create bob --role viewer', typed, true)
  t.equal(out(), 'New password of bob: \nOnce more: \nbob may log in now, as viewer\n')
  await run('role bob operator')
  t.match(await desk.people.find({ kind: 'user', name: 'bob' }), { role: 'operator' })
  const person = { kind: 'user', name: 'bob' }
  const shelf = sessionFolder(join(folder, 'backups/.octavo/sessions'))
  await shelf.write('an-id', JSON.stringify({ person }))
  await run('logout BOB --json')
  t.strictSame(JSON.parse(out()), { name: 'BOB', ended: 1 })
  t.equal(await desk.sessions.read('an-id'), null)
  await t.rejects(run('remove ada'), { code: 'usage', message: /Ada is the only admin/ })
  await run('password ada --password-stdin', piped('other words of hers\r\n'))
  t.match(await desk.people.logIn('ada', 'other words of hers'), { verdict: 'in' })
  await run('list --json')
  const { users } = JSON.parse(out()) as { users: Record<string, unknown>[] }
  t.strictSame(
    users.map(({ name, role }) => [name, role]),
    [
      ['Ada', 'admin'],
      ['bob', 'operator'],
    ],
  )
  t.strictSame(Object.keys(users[0] ?? {}), ['name', 'role', 'createdAt', 'passwordSetAt'])
  await run('remove bob')
  t.notOk(await desk.people.find({ kind: 'user', name: 'bob' }))
  const trail = readFileSync(join(folder, 'backups/.octavo/audit.jsonl'), 'utf8')
  t.notMatch(trail, /words of/)
  t.strictSame(
    trail
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, string | null>)
      .map(({ action, subject, outcome, detail }) => [action, subject, outcome, detail]),
    [
      ['user-create', 'Ada', 'done', 'as admin'],
      ['user-create', 'bob', 'done', 'as viewer'],
      ['user-change', 'bob', 'done', 'as operator'],
      ['session-end', 'BOB', 'done', null],
      ['user-remove', 'ada', 'failed', 'usage: Ada is the only admin, and somebody has to be'],
      ['user-change', 'ada', 'done', 'password'],
      ['user-remove', 'bob', 'done', null],
    ],
  )
})

type Refused = readonly [
  words: string,
  input: Readable,
  isTerminal: boolean,
  error: { readonly code?: string; readonly message?: RegExp; readonly hint?: RegExp },
]

t.test('a password is taken from one line or from a person, and nowhere else', async (t) => {
  const folder = t.testdir()
  const { run } = lab(folder)
  const create = 'create ada --role admin'
  const refused: readonly Refused[] = [
    [create, Readable.from([]), false, { code: 'usage', hint: /--password-stdin/ }],
    [`${create} ${password.replaceAll(' ', '')}`, Readable.from([]), true, { message: /too many/ }],
    [`${create} --password-stdin`, Readable.from([]), true, { message: /would show it/ }],
    [`${create} --password-stdin`, Readable.from(['a\n', 'b\n']), false, { message: /one line/ }],
    [`${create} --password-stdin`, Readable.from(['x'.repeat(9000)]), false, { code: 'usage' }],
    [`${create} --password-stdin`, Readable.from(['short\n']), false, { message: /fewer than 12/ }],
    [create, Readable.from([`${password}\r`, 'another\r']), true, { message: /not the same/ }],
    [create, Readable.from([`${password}\r`]), true, { code: 'aborted' }],
    [create, Readable.from(['half of it\u0003']), true, { code: 'aborted' }],
    ['create ada --role king', Readable.from([]), true, { message: /viewer, operator, admin/ }],
  ]
  for (const [words, input, isTerminal, error] of refused)
    t.match(await run(words, input, isTerminal).catch((thrown: unknown) => thrown), error, words)
  t.notOk(existsSync(join(folder, 'backups/.octavo/users')))
})

t.test('a service prints the link for the first account while there is none', async (t) => {
  const folder = t.testdir()
  await writeSample(join(folder, 'db.sqlite3'))
  const key = 'a-key-of-the-tests-0123456789abcdef'
  const settings = { BACKUP_API_KEY: key, PORT: '0', HOST: '127.0.0.1', ROUTE_PREFIX: '/schedule' }
  const { context, out } = lab(folder, { ...settings, LOG_LEVEL: 'fatal' })
  const told = async (): Promise<string> => {
    const before = out().length
    const stop = new AbortController()
    await serve(context, { signal: stop.signal, onListening: () => stop.abort() })
    return out().slice(before)
  }
  const first = linkLine.exec(await told())?.[1]
  const { desk } = await openAdminDesk(context)
  t.match(first, /^[\w-]{43}$/)
  t.not(await desk.firstRun?.isOpen(first ?? ''), true, 'another one after a restart')
  const { users } = serviceUsers(context)
  await users.create({ name: 'ada', role: 'viewer', password })
  t.notMatch(await told(), /first account|token/)
  const staff = lab(t.testdir({}), { STAFF_LOGIN: 'django' })
  const ofStaff = await openAdminDesk(staff.context)
  await ofStaff.tellFirstRun('http://localhost:8000')
  t.equal(ofStaff.desk.firstRun, null, 'staff have accounts already')
  t.equal(staff.out(), '')
})

const linkLine =
  /^Create the first account: http:\/\/127\.0\.0\.1:\d+\/schedule\/admin\/first-run\?token=(.*)$/m

const python = pythonWith('pty')

t.test('a terminal shows nothing of a password', { skip: !python && 'no python3' }, async (t) => {
  compileOctavo()
  const cwd = t.testdir()
  // A terminal of its own, on which somebody types once something is asked.
  const typist = `
import os, pty, sys
child, terminal = pty.fork()
if child == 0: os.execv(sys.argv[1], sys.argv[1:])
shown = b''
while True:
  try: chunk = os.read(terminal, 1024)
  except OSError: break
  if not chunk: break
  if not shown: os.write(terminal, b'${password}\\r${password}\\r')
  shown += chunk
sys.stdout.buffer.write(shown)
sys.exit(os.WEXITSTATUS(os.waitpid(child, 0)[1]))`
  const words = [cliPath, 'user', 'create', 'ada', '--role', 'viewer', '--no-color']
  const ran = spawnSync(python ?? '', ['-c', typist, process.execPath, ...words], {
    cwd,
    env: { PATH: process.env['PATH'], TERM: 'xterm', DATABASE_URL: 'db.sqlite3' },
    encoding: 'utf8',
    timeout: 60_000,
  })
  t.equal(ran.status, 0, ran.stderr)
  t.equal(ran.stdout, 'New password of ada: \r\nOnce more: \r\nada may log in now, as viewer\r\n')
})
