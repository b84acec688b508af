import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { sessionFolder } from '../../src/access/sessions/session-folder.js'
import { sessionSecret } from '../../src/access/sessions/session-secret.js'
import { hashPassword, usualCost } from '../../src/access/users/password-hash.js'
import { oneByOne } from '../../src/access/users/one-by-one.js'
import { startService } from '../http/service.js'
import { ownFolder } from '../support/read-snapshot.js'
import { peopleLab } from './people-lab.js'

const password = 'four words of hers'

t.test('an account logs in with its password, and a file tells nobody what that is', async (t) => {
  const { home, users, desk } = peopleLab(ownFolder(t))
  const ada = await users.create({ name: 'Ada@example.org', role: 'operator', password })
  t.strictSame(Object.keys(ada).toSorted(), ['createdAt', 'name', 'passwordSetAt', 'role'])
  const { people } = desk
  t.match(await people.logIn('Ada@example.org', password), {
    verdict: 'in',
    person: { name: 'Ada@example.org', kind: 'user', role: 'operator' },
  })
  t.match(await people.logIn('ada@EXAMPLE.org', password), { person: { name: 'Ada@example.org' } })
  for (const [name, word] of [
    ['Ada@example.org', `${password} `],
    ['Ada@example.org', ''],
    ['nobody', password],
    ['../users/ada@example.org', password],
    ['', ''],
    ['x'.repeat(10_000), password],
  ] as const)
    t.strictSame(await people.logIn(name, word), { verdict: 'wrong' }, name.slice(0, 40))
  const path = join(home, 'users', 'ada@example.org.json')
  t.equal(statSync(path).mode & 0o777, 0o600)
  t.equal(statSync(join(home, 'users')).mode & 0o777, 0o700)
  t.notMatch(readFileSync(path, 'utf8'), password)
  t.match(JSON.parse(readFileSync(path, 'utf8')), {
    password: { algorithm: 'scrypt', n: 2, r: 1, p: 1, salt: /^.{24}$/ },
  })
})

t.test('passwords are the same however they were typed', async (t) => {
  const { users, desk } = peopleLab(ownFolder(t))
  await users.create({ name: 'zoe', role: 'viewer', password: 'Zo\u00eb \ufb01nds words' })
  t.match(await desk.people.logIn('zoe', 'Zoe\u0308 finds words'), { verdict: 'in' })
})

t.test('the usual cost is that of 128 MiB, and is kept beside the hash', async (t) => {
  t.strictSame(usualCost, { N: 131072, r: 8, p: 1 })
  const hash = await hashPassword(password, usualCost)
  t.match(hash, { N: 131072, r: 8, p: 1 })
  t.equal(hash.hash.length, 32)
})

t.test('names and passwords that are none are refused', async (t) => {
  const { users } = peopleLab(ownFolder(t))
  for (const name of ['', '.ada', '-ada', 'a/b', 'a b', 'ä', 'a\n', 'x'.repeat(65)])
    await t.rejects(users.create({ name, role: 'admin', password }), { code: 'usage' }, name)
  for (const [word, why] of [
    ['elevenchars', /fewer than 12/],
    ['\u{1f511}'.repeat(11), /fewer than 12/],
    ['x'.repeat(1025), /longer than 1024/],
    ['LONG-ENOUGH-NAME', /is the name/],
    ['half of a pair \ud800', /half a character/],
  ] as const)
    await t.rejects(users.create({ name: 'long-enough-name', role: 'admin', password: word }), {
      code: 'usage',
      message: why,
    })
  t.equal(await users.isEmpty(), true)
  await users.create({ name: 'ada', role: 'admin', password })
  await t.rejects(users.create({ name: 'ADA', role: 'admin', password }), { code: 'usage' })
  await t.rejects(users.setPassword('ada', 'short'), { code: 'usage' })
  await t.rejects(users.setPassword('bob', password), { code: 'not-found' })
  await t.rejects(users.setRole('../users/ada', 'viewer'), { code: 'not-found' })
  t.equal((await users.list()).length, 1)
})

t.test('a change is known at once, and ends the sessions of that account', async (t) => {
  const { users, desk, home } = peopleLab(ownFolder(t))
  await users.create({ name: 'root', role: 'admin', password })
  await users.create({ name: 'ada', role: 'viewer', password })
  const { people, sessions } = desk
  const ada = { kind: 'user', name: 'ada' } as const
  const logIn = async (): Promise<string> => {
    const person = await people.find(ada)
    await sessions.write('of-ada', JSON.stringify({ person, csrf: 'x' }))
    await sessions.write('of-root', JSON.stringify({ kind: 'user', name: 'root' }))
    await sessions.write('of-staff', JSON.stringify({ kind: 'staff', name: 'ada' }))
    return person?.stamp ?? ''
  }
  const isOver = async (stamp: string): Promise<void> => {
    t.equal(await sessions.read('of-ada'), null)
    t.type(await sessions.read('of-root'), 'string')
    t.type(await sessions.read('of-staff'), 'string')
    t.not((await people.find(ada))?.stamp, stamp)
  }
  let stamp = await logIn()
  await users.setRole('ADA', 'operator')
  t.match(await people.find(ada), { role: 'operator' })
  await isOver(stamp)
  stamp = await logIn()
  await users.setPassword('ada', 'other words of hers')
  t.match(await people.logIn('ada', password), { verdict: 'wrong' })
  t.match(await people.logIn('ada', 'other words of hers'), { verdict: 'in' })
  await isOver(stamp)
  stamp = await logIn()
  t.equal(await users.logOut('ada'), 1)
  await isOver(stamp)
  stamp = await logIn()
  await users.remove('ada')
  t.equal(await people.find(ada), null)
  await isOver(stamp)
  await t.rejects(users.remove('ada'), { code: 'not-found' })
  t.strictSame(readdirSync(join(home, 'users')), ['root.json'])
})

t.test('there is always an admin, also with two processes that change accounts', async (t) => {
  const home = ownFolder(t)
  const { users } = peopleLab(home)
  const { users: another } = peopleLab(home)
  await users.create({ name: 'ada', role: 'admin', password })
  await users.create({ name: 'bob', role: 'viewer', password })
  for (const change of [() => users.remove('Ada'), () => users.setRole('ADA', 'operator')])
    await t.rejects(change(), { code: 'usage', hint: /user role NAME admin/ })
  await users.setRole('ada', 'admin')
  await users.setRole('bob', 'admin')
  const both = await Promise.allSettled([users.setRole('ada', 'viewer'), another.remove('bob')])
  t.equal(both.filter(({ status }) => status === 'rejected').length, 1)
  t.equal((await users.list()).filter(({ role }) => role === 'admin').length, 1)
})

t.test('a name that nobody has takes as long as a wrong password', async (t) => {
  const { desk } = peopleLab(ownFolder(t))
  for (const name of ['nobody', '', 'no/name']) {
    const order: string[] = []
    // Passwords are checked one after another: what costs no check would be answered before this one.
    const checked = hashPassword(password, { N: 2 ** 15, r: 8, p: 1 })
    await Promise.all([
      checked.then(() => order.push('another')),
      desk.people.logIn(name, password).then(() => order.push(name)),
    ])
    t.strictSame(order, ['another', name])
  }
})

t.test('a flood of passwords waits for its turn, and not without end', async (t) => {
  const inTurn = oneByOne(2)
  let open: () => void = () => undefined
  const gate = new Promise<void>((resolve) => (open = resolve))
  let running = 0
  const run = async (): Promise<number> => {
    running += 1
    const most = running
    await gate
    running -= 1
    return most
  }
  const [one, two, three] = [inTurn(run), inTurn(run), inTurn(run)]
  await t.rejects(inTurn(run), { code: 'too-many-wrong-keys', details: { retryAfterSeconds: 10 } })
  open()
  t.strictSame(await Promise.all([one, two, three]), [1, 1, 1])
  await t.rejects(
    inTurn(() => Promise.reject(new Error('it failed'))),
    { message: 'it failed' },
  )
  t.equal(await inTurn(run), 1, 'a failure holds nobody up')
})

t.test('the token of the first link does not reach the log', async (t) => {
  const { desk, firstRun } = peopleLab(ownFolder(t))
  const { app, log } = await startService(t, { admin: desk })
  await app.inject(`/admin/first-run?token=${firstRun.token}`)
  await app.inject(`/admin/nowhere?token=${firstRun.token}`)
  t.match(log(), '/admin/first-run')
  t.notMatch(log(), firstRun.token)
})

t.test('the first link makes one account, once', async (t) => {
  const home = ownFolder(t)
  const { users, firstRun, wait, desk } = peopleLab(home)
  const another = peopleLab(home).firstRun
  const { token } = firstRun
  t.equal(Buffer.from(token, 'base64url').length, 32)
  t.equal(await firstRun.isOpen(token), true)
  for (const wrong of ['', 'x', token.slice(1), `${token}x`])
    t.equal(await firstRun.isOpen(wrong), false)
  await t.rejects(firstRun.create('x', { name: 'eve', password }), { code: 'not-found' })
  await t.rejects(firstRun.create(token, { name: 'ada', password: 'short' }), { code: 'usage' })
  t.equal(await firstRun.isOpen(token), true, 'a password that is not taken uses nothing up')
  wait(60 * 60_000 - 1)
  const tried = await Promise.allSettled([
    firstRun.create(token, { name: 'ada', password }),
    firstRun.create(token, { name: 'bob', password }),
    another.create(another.token, { name: 'eve', password }),
  ])
  t.equal(tried.filter(({ status }) => status === 'fulfilled').length, 1)
  const [first, ...more] = await users.list()
  t.match(first, { role: 'admin' })
  t.strictSame(more, [])
  t.match(await desk.people.logIn(first?.name ?? '', password), { person: { role: 'admin' } })
  t.equal(await firstRun.isOpen(token), false)
})

t.test('the first link ends after an hour', async (t) => {
  const { firstRun, wait } = peopleLab(ownFolder(t))
  wait(60 * 60_000)
  t.equal(await firstRun.isOpen(firstRun.token), false)
})

t.test('an account that can not be read opens nothing, and is still one', async (t) => {
  const { home, users, firstRun, desk, warnings } = peopleLab(ownFolder(t))
  mkdirSync(join(home, 'users'))
  writeFileSync(join(home, 'users', 'ada.json'), '{"octavo_user": 1, "name": "ada"}')
  t.match(await desk.people.logIn('ada', password), { verdict: 'wrong' })
  t.equal(await desk.people.find({ kind: 'user', name: 'ada' }), null)
  t.equal(warnings.length, 1, 'told once')
  t.equal(await firstRun.isOpen(firstRun.token), false, 'damage does not open the door')
  await users.remove('ada')
  t.equal(await users.isEmpty(), true)
})

t.test('sessions are found by their id, which no file tells', async (t) => {
  const folder = join(ownFolder(t), 'sessions')
  const shelf = sessionFolder(folder)
  t.equal(await shelf.read('an-id'), null)
  t.equal(await shelf.removeWhere(() => true), 0)
  await shelf.write('an-id', '{"a":1}')
  await shelf.write('an-id', '{"a":2}')
  t.equal(await shelf.read('an-id'), '{"a":2}')
  const [name = '', ...more] = readdirSync(folder)
  t.match(name, /^[0-9a-f]{64}$/)
  t.strictSame(more, [])
  t.equal(statSync(join(folder, name)).mode & 0o777, 0o600)
  t.equal(await shelf.read(name), null, 'the name of the file is no id')
  await shelf.write('broken', 'no json')
  await shelf.write('../../odd id', '{"a":3}')
  t.equal(await shelf.removeWhere((text) => (JSON.parse(text) as { a: number }).a === 3), 2)
  t.equal(readdirSync(folder).length, 1)
  await shelf.replace('an-id', '{"a":4}')
  t.equal(await shelf.read('an-id'), '{"a":4}')
  const ends = [shelf.remove('an-id'), shelf.replace('an-id', '{"a":5}'), shelf.remove('an-id')]
  await Promise.all(ends)
  await shelf.replace('an-id', '{"a":6}')
  t.strictSame(readdirSync(folder), [], 'what was removed is not written again')
})

t.test('the secret of cookies is made once, also by many at once', async (t) => {
  const path = join(ownFolder(t), 'session-secret')
  const made = await Promise.all([1, 2, 3, 4].map(() => sessionSecret(path)))
  t.equal(new Set([...made, await sessionSecret(path)]).size, 1)
  t.match(made[0], /^[\w-]{64}$/)
  t.equal(statSync(path).mode & 0o777, 0o600)
  writeFileSync(path, '')
  await t.rejects(sessionSecret(path), { code: 'io-failed', hint: /Remove the file/ })
})
