import { execFileSync } from 'node:child_process'
import pg from 'pg'
import t, { type Test } from 'tap'
import Database from 'better-sqlite3'
import { checkPassword } from '../../src/access/django/check-password.js'
import { djangoStaff } from '../../src/access/django/django-staff.js'
import type { Account } from '../../src/core/accounts.js'
import type { People, PersonLogIn } from '../../src/core/people.js'
import { OctavoError } from '../../src/core/errors.js'
import { runHere } from '../../src/jobs/jobs.js'
import type { ChosenDatabase } from '../../src/jobs/job-types.js'
import { chosen, startService } from '../http/service.js'
import { djangoPython, noDjango } from '../support/django/django-project.js'
import { noPostgres, startPostgres } from '../support/postgres/server.js'
import { peopleLab } from './people-lab.js'
import { ownFolder } from '../support/read-snapshot.js'

const password = 'pässwörd $ \u{1f511}'
const context = { signal: new AbortController().signal, onProgress: () => undefined }

/** What Django itself stores for the password, and what its scrypt hasher of later versions would. */
function storedByDjango(): Record<string, string> {
  const script = `
import base64, hashlib, json, sys
from django.conf import settings
settings.configure(PASSWORD_HASHERS=['django.contrib.auth.hashers.PBKDF2PasswordHasher',
  'django.contrib.auth.hashers.PBKDF2SHA1PasswordHasher', 'django.contrib.auth.hashers.SHA1PasswordHasher'])
from django.contrib.auth.hashers import make_password
word = sys.stdin.read()
made = {name: make_password(word, 'salt5', name) for name in ('pbkdf2_sha256', 'pbkdf2_sha1', 'sha1')}
raw = hashlib.scrypt(word.encode(), salt=b'salt5', n=2**14, r=8, p=5, maxmem=2**26, dklen=64)
made['scrypt'] = 'scrypt$%d$%s$%d$%d$%s' % (2**14, 'salt5', 8, 5, base64.b64encode(raw).decode())
made['unusable'] = make_password(None)
print(json.dumps(made))`
  const out = execFileSync(djangoPython ?? '', ['-c', script], { input: password })
  return JSON.parse(out.toString()) as Record<string, string>
}

const table = `CREATE TABLE auth_user (id integer PRIMARY KEY, password varchar(128) NOT NULL,
  username varchar(150) NOT NULL UNIQUE, is_staff boolean NOT NULL, is_active boolean NOT NULL,
  is_superuser boolean NOT NULL);`
const people = (stored: string): string =>
  [
    ['ada', true, true, true],
    ['bob', false, true, true],
    ['eve', true, false, true],
    ['Zoë', true, true, false],
  ]
    .map(([name, ...flags]) => `('${stored}', '${String(name)}', ${flags.join(', ')})`)
    .join(', ')
const fill = (stored: string): string =>
  `INSERT INTO auth_user (password, username, is_staff, is_active, is_superuser) VALUES ${people(stored)};`

t.test('accounts of Django', { skip: noDjango }, async (t) => {
  const stored = storedByDjango()
  const known = stored['pbkdf2_sha256'] ?? ''

  await t.test('passwords are checked as Django checks them', async (t) => {
    for (const way of ['pbkdf2_sha256', 'pbkdf2_sha1', 'scrypt']) {
      t.equal(await checkPassword(password, stored[way] ?? ''), true, way)
      t.equal(await checkPassword(`${password} `, stored[way] ?? ''), false, way)
    }
    for (const unread of [stored['sha1'], stored['unusable'], '', 'argon2$x', 'pbkdf2_sha256$1$a'])
      t.equal(await checkPassword(password, unread ?? ''), null, String(unread))
    const endless = known.replace(/\$\d+\$/, '$99999999999$')
    t.equal(await checkPassword(password, endless), null, 'nor what would take for ever')
    t.equal(await checkPassword('', known), false)
  })

  const now = (): Date => new Date()
  const shown = (found: PersonLogIn): string =>
    found.verdict === 'in' ? `${found.person.name}: ${found.person.role}` : found.verdict

  const logIns = async (t: Test, database: ChosenDatabase): Promise<People> => {
    const staff = djangoStaff({
      find: (name) => runHere('account', { database, name }, context),
      onUnread: (algorithm) => t.fail(algorithm),
      now,
    })
    const logIn = async (name: string, word: string): Promise<string> =>
      shown(await staff.logIn(name, word))
    t.equal(await logIn('ada', password), 'ada: admin')
    t.equal(await logIn('Zoe\u0308', password), 'Zoë: operator', 'normalised as in Django')
    t.equal(await logIn('ada', 'wrong'), 'wrong')
    t.equal(await logIn('bob', password), 'not-staff', 'a superuser who is not staff neither')
    t.equal(await logIn('bob', 'wrong'), 'wrong')
    t.equal(await logIn('eve', password), 'wrong', 'a closed account')
    t.equal(await logIn('nobody', password), 'wrong')
    t.equal(await logIn("' OR 1=1 --", password), 'wrong')
    for (const name of ['bob', 'eve', 'nobody'])
      t.equal(await staff.find({ kind: 'staff', name }), null, name)
    return staff
  }

  await t.test('staff of an SQLite app log in, and nobody else', async (t) => {
    const path = `${ownFolder(t)}/app.sqlite3`
    new Database(path).exec(table + fill(known)).close()
    await logIns(t, chosen(path))
  })

  await t.test('staff of a PostgreSQL app log in', { skip: noPostgres }, async (t) => {
    const server = await startPostgres(t)
    await server.run('postgres', table.replace('integer', 'serial') + fill(known))
    const address = { engine: 'postgresql', url: server.url('postgres'), shown: 'it' } as const
    const database = { ...chosen(''), address }
    await logIns(t, database)
    const locking = new pg.Client({ connectionString: address.url })
    t.teardown(() => locking.end().catch(() => undefined))
    locking.on('error', () => undefined)
    await locking.connect()
    await locking.query('BEGIN; LOCK TABLE auth_user IN ACCESS EXCLUSIVE MODE')
    await t.rejects(
      runHere('account', { database, name: 'ada' }, context),
      { code: 'database-busy' },
      'a migration that holds the table does not hold the form for as long',
    )
  })

  await t.test('an unknown name is checked against the password of another', async (t) => {
    const told = async (decoy: string): Promise<string[]> => {
      const checked: string[] = []
      const staff = djangoStaff({
        find: async () => ({ account: null, decoy }),
        onUnread: (algorithm) => checked.push(algorithm),
        now,
      })
      t.match(await staff.logIn('nobody', password), { verdict: 'wrong' })
      return checked
    }
    t.strictSame(await told('md5$salt$hash'), ['md5'])
    for (const secret of ['5f4dcc3b5aa765d61d8327deb882cf99', 'hunter2', 'cash$in$hand'])
      t.strictSame(await told(secret), [''], 'what is stored is not told')
    t.strictSame(await told('!XmQ0uQTnwJ0f'), [], 'an unusable password is no fault')
  })

  await t.test(
    'the page lets staff and accounts of the service export with their passwords',
    async (t) => {
      const audited: unknown[] = []
      const looked: string[] = []
      const staff = djangoStaff({
        find: async (name) => {
          looked.push(name)
          const isStaff = name === 'ada'
          const account = { name, password: known, isStaff, isSuperuser: false, isActive: true }
          return { account, decoy: null }
        },
        onUnread: () => undefined,
        now,
      })
      const { users, desk } = peopleLab(ownFolder(t), staff)
      await users.create({ name: 'olga', role: 'operator', password: 'words of her own' })
      await users.create({ name: 'vera', role: 'viewer', password: 'words of her own' })
      const { app, log } = await startService(t, {
        admin: desk,
        audit: async (entry) => void audited.push(entry),
      })
      const send = async (username: string, secret: string) =>
        await app.inject({
          method: 'POST',
          url: '/admin/export',
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          payload: new URLSearchParams({ username, password: secret }).toString(),
        })
      const page = await app.inject('/admin/export')
      t.match(page.body, 'name="username"')
      const right = await send(' ada ', password)
      t.equal(right.statusCode, 200)
      t.equal(right.headers['octavo-records'], '20')
      t.match(audited, [{ who: 'staff ada', action: 'export', outcome: 'done' }])
      const turnedAway = await send('bob', password)
      t.equal(turnedAway.statusCode, 403)
      t.match(turnedAway.body, /The account bob is not staff.*Ask whoever looks after the app/s)
      const wrong = await send('ada', 'wrong')
      t.equal(wrong.statusCode, 401)
      t.match(wrong.body, 'The name or the password is wrong')
      t.strictSame(looked, ['ada', 'bob', 'ada'])
      t.equal((await send('Olga', 'words of her own')).statusCode, 200)
      t.match(audited.at(-1), { who: 'account olga', action: 'export', outcome: 'done' })
      t.equal(looked.length, 3, 'the app is not asked about who is right here')
      const viewer = await send('vera', 'words of her own')
      t.equal(viewer.statusCode, 403)
      t.match(viewer.body, 'scope-missing')
      t.equal((await send('olga', 'wrong')).statusCode, 401)
      t.equal(looked.length, 4, 'whatever is wrong, the app is asked as well')
      t.notMatch(log(), password)
    },
  )

  await t.test('who is staff is read again after half a minute, and no sooner', async (t) => {
    let at = 0
    let asked = 0
    let fault: OctavoError | null = null
    const ada = { name: 'ada', password: known, isStaff: true, isSuperuser: true, isActive: true }
    let account: Account = ada
    const staff = djangoStaff({
      find: async () => {
        asked += 1
        if (fault) throw fault
        return { account, decoy: null }
      },
      onUnread: () => undefined,
      now: () => new Date(at),
    })
    const find = () => staff.find({ kind: 'staff', name: 'ada' })
    const [one, two] = await Promise.all([find(), find()])
    t.equal(asked, 1, 'two pages at once ask once')
    t.strictSame(one, two)
    t.match(one, { name: 'ada', kind: 'staff', role: 'admin', stamp: /^[\w-]{43}$/ })
    account = { ...ada, password: `${known}=`, isSuperuser: false }
    at = 29_999
    t.strictSame(await find(), one)
    at = 30_000
    const later = await find()
    t.match(later, { role: 'operator' })
    t.not(later?.stamp, one?.stamp, 'another password ends the sessions')
    fault = new OctavoError('database-busy', 'a restore holds it')
    at += 14 * 60_000
    t.strictSame(await find(), later, 'a database that is busy turns nobody out')
    const before = asked
    t.strictSame(await find(), later)
    t.equal(asked, before, 'and is not asked by each page')
    at += 60_000
    await t.rejects(find(), { code: 'database-busy' }, 'but not for ever')
    fault = new OctavoError('database-refused', 'no such table')
    await t.rejects(find(), { code: 'database-refused' })
    fault = null
    account = { ...ada, isActive: false }
    at += 30_000
    t.equal(await find(), null)
    account = ada
    t.equal(await find(), null)
    await staff.logIn('ada', password)
    t.match(await find(), { role: 'admin' }, 'whoever logs in is known at once')
  })

  await t.test('without the setting no name opens anything', async (t) => {
    const { app } = await startService(t)
    t.notMatch((await app.inject('/admin/export')).body, 'name="username"')
    const answer = await app.inject({
      method: 'POST',
      url: '/admin/export',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams({ username: 'ada', password }).toString(),
    })
    t.equal(answer.statusCode, 401)
  })
})
