import { execFileSync } from 'node:child_process'
import pg from 'pg'
import t, { type Test } from 'tap'
import Database from 'better-sqlite3'
import { checkPassword } from '../../src/access/django/check-password.js'
import { djangoAccounts } from '../../src/access/django/django-accounts.js'
import { runHere } from '../../src/jobs/jobs.js'
import type { ChosenDatabase } from '../../src/jobs/job-types.js'
import { chosen, startService } from '../http/service.js'
import { djangoPython, noDjango } from '../support/django/django-project.js'
import { noPostgres, startPostgres } from '../support/postgres/server.js'
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
  username varchar(150) NOT NULL UNIQUE, is_staff boolean NOT NULL, is_active boolean NOT NULL);`
const people = (stored: string): string =>
  [
    ['ada', true, true],
    ['bob', false, true],
    ['eve', true, false],
    ['Zoë', true, true],
  ]
    .map(([name, staff, active]) => `('${stored}', '${String(name)}', ${staff}, ${active})`)
    .join(', ')
const fill = (stored: string): string =>
  `INSERT INTO auth_user (password, username, is_staff, is_active) VALUES ${people(stored)};`

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

  const logIns = async (t: Test, database: ChosenDatabase): Promise<void> => {
    const logIn = djangoAccounts({
      find: (name) => runHere('account', { database, name }, context),
      onUnread: (algorithm) => t.fail(algorithm),
    })
    t.equal(await logIn('ada', password), 'staff')
    t.equal(await logIn('Zoe\u0308', password), 'staff', 'the name is normalised as in Django')
    t.equal(await logIn('ada', 'wrong'), 'wrong')
    t.equal(await logIn('bob', password), 'not-staff')
    t.equal(await logIn('bob', 'wrong'), 'wrong')
    t.equal(await logIn('eve', password), 'wrong', 'a closed account')
    t.equal(await logIn('nobody', password), 'wrong')
    t.equal(await logIn("' OR 1=1 --", password), 'wrong')
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
      const logIn = djangoAccounts({
        find: async () => ({ account: null, decoy }),
        onUnread: (algorithm) => checked.push(algorithm),
      })
      t.equal(await logIn('nobody', password), 'wrong')
      return checked
    }
    t.strictSame(await told('md5$salt$hash'), ['md5'])
    for (const secret of ['5f4dcc3b5aa765d61d8327deb882cf99', 'hunter2', 'cash$in$hand'])
      t.strictSame(await told(secret), [''], 'what is stored is not told')
    t.strictSame(await told('!XmQ0uQTnwJ0f'), [], 'an unusable password is no fault')
  })

  await t.test('the page lets staff export with their own password', async (t) => {
    const audited: unknown[] = []
    const { app, log } = await startService(t, {
      accounts: djangoAccounts({
        find: async (name) => ({
          account: { name, password: known, isStaff: name === 'ada', isActive: true },
          decoy: null,
        }),
        onUnread: () => undefined,
      }),
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
    t.notMatch(log(), password)
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
