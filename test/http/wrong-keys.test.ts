import { connect } from 'node:net'
import { join } from 'node:path'
import t from 'tap'
import type { Clock } from '../../src/core/clock.js'
import type { AppOptions } from '../../src/http/app-options.js'
import { addressGroup } from '../../src/http/address-group.js'
import { trustedProxies } from '../../src/http/trusted-proxies.js'
import { ask as askAt } from '../support/ask.js'
import { memoryDesk, passwordOf } from './admin/memory-desk.js'
import { bearer, exportPath, startService, until } from './service.js'

/** Stands still; a wait is written down, and over at once unless it is held. */
class FixedClock implements Clock {
  atMs = Date.UTC(2026, 10, 21)
  held = false
  waiting = 0
  readonly waits: number[] = []
  #release: (() => void)[] = []

  now(): Date {
    return new Date(this.atMs)
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    this.waits.push(ms)
    if (!this.held) return
    this.waiting += 1
    await new Promise<void>((resolve, reject) => {
      this.#release.push(resolve)
      signal?.addEventListener('abort', () => reject(new Error('aborted')))
    }).finally(() => (this.waiting -= 1))
  }

  release(): void {
    this.held = false
    for (const resolve of this.#release) resolve()
  }
}

async function start(t: Parameters<typeof startService>[0], options: Partial<AppOptions> = {}) {
  const clock = new FixedClock()
  const service = await startService(t, { clock, keepExportsMs: 0, ...options })
  t.teardown(() => clock.release())
  const ask = (remoteAddress: string, headers: object = wrong) =>
    service.app.inject({ url: exportPath, remoteAddress, headers: { ...headers } })
  /** How long so many wrong keys wait, one after another. */
  const waitsOf = async (count: number, address: string, headers?: object): Promise<number[]> => {
    const waits: number[] = []
    for (let nth = 1; nth <= count; nth += 1) {
      const before = clock.waits.length
      const { statusCode } = await ask(address, headers)
      waits.push(statusCode === 401 ? (clock.waits[before] ?? 0) : NaN)
    }
    return waits
  }
  return { ...service, clock, ask, waitsOf }
}

const wrong = { authorization: 'Bearer a-key-that-opens-nothing' }

t.test(
  'from the sixth on, wrong keys of an address wait twice as long each, up to 8 s',
  async (t) => {
    const { waitsOf, clock, log } = await start(t)
    const grown = [500, 1000, 2000, 4000, 8000, 8000]
    t.same(await waitsOf(11, '192.0.2.1'), [0, 0, 0, 0, 0, ...grown])
    t.same(await waitsOf(5, '192.0.2.2'), [0, 0, 0, 0, 0], 'another address is not slowed')
    clock.atMs += 59_999
    t.same(await waitsOf(1, '192.0.2.1'), [8000])
    clock.atMs += 60_000
    t.same(await waitsOf(6, '192.0.2.1'), [0, 0, 0, 0, 0, 500], 'after a minute it begins anew')
    t.equal(log().split('answered slowly').length - 1, 2, 'the log says so once each time')
    t.notMatch(log(), 'a-key-that-opens-nothing')
  },
)

t.test(
  'a right key never waits, and takes nothing back from those who guess beside it',
  async (t) => {
    const { ask, waitsOf, clock } = await start(t)
    t.same((await waitsOf(7, '192.0.2.1')).slice(5), [500, 1000])
    clock.held = true
    const guessing = ask('192.0.2.1')
    await until(() => clock.waiting === 1)
    t.equal((await ask('192.0.2.1', bearer)).statusCode, 200)
    t.equal(clock.waiting, 1, 'the wrong one waits on')
    clock.release()
    t.equal((await guessing).statusCode, 401)
    t.same(await waitsOf(1, '192.0.2.1'), [4000])
  },
)

t.test('a request without a key guesses nothing', async (t) => {
  const { waitsOf } = await start(t)
  t.same(await waitsOf(9, '192.0.2.1', {}), Array(9).fill(0))
  t.same(await waitsOf(1, '192.0.2.1'), [0])
})

t.test('the form of the page is slowed with the same count', async (t) => {
  const { app, waitsOf, clock } = await start(t)
  await waitsOf(5, '192.0.2.1')
  const answer = await app.inject({
    method: 'POST',
    url: '/admin/export',
    remoteAddress: '192.0.2.1',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: 'key=a-key-that-opens-nothing',
  })
  t.equal(answer.statusCode, 401)
  t.same(clock.waits, [500])
})

t.test('behind a trusted proxy the address is the one that it names, else its own', async (t) => {
  const trusting = await start(t, { trustProxy: ['10.0.0.0/8'] })
  const from = (address: string) => ({ ...wrong, 'x-forwarded-for': address })
  t.same((await trusting.waitsOf(6, '10.0.0.9', from('192.0.2.1'))).at(-1), 500)
  t.same(await trusting.waitsOf(1, '10.0.0.9', from('192.0.2.2')), [0])
  const trustingNobody = await start(t)
  for (const last of [1, 2, 3, 4, 5])
    t.same(await trustingNobody.waitsOf(1, '10.0.0.9', from(`192.0.2.${last}`)), [0])
  t.same(await trustingNobody.waitsOf(1, '10.0.0.9', from('192.0.2.6')), [500])
})

t.test('where no answer may wait, the sixth wrong key is refused at once', async (t) => {
  const { app, ask, clock, log } = await start(t, { wrongKeysWait: false })
  const statuses = async (count: number, address: string): Promise<number[]> => {
    const all: number[] = []
    for (let nth = 0; nth < count; nth += 1) all.push((await ask(address)).statusCode)
    return all
  }
  t.same(await statuses(8, '192.0.2.1'), [401, 401, 401, 401, 401, 429, 429, 429])
  t.match(await ask('192.0.2.1'), { statusCode: 429, headers: { 'retry-after': '60' } })
  t.same(await statuses(1, '192.0.2.2'), [401])
  t.equal((await ask('192.0.2.1', bearer)).statusCode, 200)
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  const typed = { method: 'POST', url: '/admin/export', headers: form } as const
  const payload = 'key=a-key-that-opens-nothing'
  const page = await app.inject({ ...typed, payload, remoteAddress: '192.0.2.1' })
  t.equal(page.statusCode, 429)
  t.same(clock.waits, [])
  t.equal(log().split('wrong keys of this address are refused now').length - 1, 1)
  clock.atMs += 60_000
  t.same(await statuses(1, '192.0.2.1'), [401], 'after what Retry-After says it begins anew')
})

t.test('a right password is no way past the wait, from an address that guesses', async (t) => {
  const logIn = ({ app }: Awaited<ReturnType<typeof start>>, password: string, from: string) =>
    app.inject({
      method: 'POST',
      url: '/admin/export',
      remoteAddress: from,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams({ username: 'operator', password }).toString(),
    })
  const right = passwordOf('operator')
  const slowing = await start(t, { admin: memoryDesk() })
  for (let nth = 1; nth <= 5; nth += 1) await logIn(slowing, 'x', '192.0.2.1')
  slowing.clock.held = true
  const guesses = [1, 2, 3, 4, 5].map(() => logIn(slowing, 'x', '192.0.2.1'))
  await until(() => slowing.clock.waiting === 5)
  t.equal((await logIn(slowing, right, '192.0.2.1')).statusCode, 429)
  t.equal((await logIn(slowing, right, '192.0.2.2')).statusCode, 200)
  slowing.clock.release()
  await Promise.all(guesses)
  t.equal((await logIn(slowing, right, '192.0.2.1')).statusCode, 200)
  const refusing = await start(t, { admin: memoryDesk(), wrongKeysWait: false })
  for (let nth = 1; nth <= 5; nth += 1) await logIn(refusing, 'x', '192.0.2.1')
  t.equal((await logIn(refusing, right, '192.0.2.1')).statusCode, 429)
  refusing.clock.atMs += 500
  t.equal((await logIn(refusing, right, '192.0.2.1')).statusCode, 200)
})

t.test('on a unix socket a list of proxies holds for what the app passes on', async (t) => {
  const limits = { wrongKeysWait: false, trustProxy: ['10.0.0.0/8'] }
  const { app, folder } = await start(t, limits)
  const at = join(folder, 'o.sock')
  await app.listen({ path: at })
  const from = async (forwarded: string): Promise<number> => {
    const headers = { ...wrong, 'x-forwarded-for': forwarded }
    return (await askAt({ at, path: exportPath, headers })).status
  }
  for (let nth = 0; nth < 5; nth += 1) t.equal(await from('192.0.2.1, 10.0.0.9'), 401)
  t.equal(await from(`192.0.2.1, 10.0.0.9`), 429)
  t.equal(await from('192.0.2.1'), 429, 'the app saw it itself')
  t.equal(await from('192.0.2.1, 192.0.2.2'), 401, 'what a stranger names is not believed')
})

t.test('a list of proxies is read as its words say', (t) => {
  const trust = trustedProxies(['loopback', '10.0.0.0/8', '2001:db8::5', 'uniquelocal'])
  if (typeof trust === 'boolean') throw new Error('a list is a question of the address')
  for (const address of ['127.0.0.9', '::1', '::ffff:10.1.2.3', '2001:DB8::5', 'fd00::1'])
    t.ok(trust(address), address)
  for (const address of ['8.8.8.8', '2001:db8::6', '::ffff:8.8.8.8', 'unknown', ''])
    t.notOk(trust(address), address)
  t.ok(trust(undefined), 'the other end of a unix socket')
  t.equal(trustedProxies(true), true)
  t.equal(trustedProxies(false), false)
  t.end()
})

t.test('addresses of one network of IPv6 are one sender', (t) => {
  const same = [
    ['2001:db8:0:1::1', '2001:0DB8:0000:0001:ffff::2', '2001:db8:0:1:2:3:192.0.2.1'],
    ['::1', '0:0:0:0:0:0:0:1', '::ffff:0:0'],
    ['fe80::1%eth0', 'fe80::2'],
    ['192.0.2.1', '::ffff:192.0.2.1', '::FFFF:192.0.2.1'],
    ['no address', undefined, '', 'unknown', '192.0.2', '<script>'],
  ]
  for (const addresses of same)
    t.equal(new Set(addresses.map(addressGroup)).size, 1, addresses.join(' '))
  t.equal(new Set(same.map(([first]) => addressGroup(first))).size, same.length)
  t.not(addressGroup('2001:db8:0:1::1'), addressGroup('2001:db8:0:2::1'))
  t.end()
})

t.test(
  'where as many answers wait as may, the next one is refused and a right key is not',
  async (t) => {
    const { ask, waitsOf, clock } = await start(t)
    const crowd = Array.from({ length: 11 }, (_, index) => `192.0.2.${index}`)
    for (const address of crowd) await waitsOf(5, address)
    clock.held = true
    const guesses = []
    for (const address of crowd.slice(0, 10)) {
      for (let nth = 1; nth <= 5; nth += 1) guesses.push(ask(address))
      await until(() => clock.waiting === guesses.length)
      const sixth = await ask(address)
      t.match(sixth, { statusCode: 429, headers: { 'retry-after': '60' } })
      t.match(sixth.json(), { code: 'too-many-wrong-keys', hint: /Retry-After/ })
    }
    t.equal((await ask('192.0.2.10')).statusCode, 429, 'fifty wait: no place for another address')
    t.equal((await ask('192.0.2.99')).statusCode, 401, 'a first mistake needs no place')
    t.equal((await ask('192.0.2.0', bearer)).statusCode, 200)
    clock.release()
    for (const guess of guesses) t.equal((await guess).statusCode, 401)
    t.equal((await ask('192.0.2.10')).statusCode, 401, 'the places are free again')
  },
)

t.test('a thousand addresses are told apart, the others share one count', async (t) => {
  const { ask, waitsOf, clock } = await start(t)
  for (let nth = 0; nth < 1000; nth += 1) await ask(`10.0.${nth >> 8}.${nth & 255}`)
  for (const last of [1, 2, 3, 4, 5]) t.same(await waitsOf(1, `192.0.2.${last}`), [0])
  t.same(await waitsOf(1, '192.0.2.6'), [500])
  t.same(await waitsOf(1, '10.0.0.0'), [0], 'a known one has its own')
  clock.atMs += 60_000
  t.same(await waitsOf(6, '192.0.2.7'), [0, 0, 0, 0, 0, 500], 'forgotten ones make room')
})

t.test('a client that leaves gives its place back', async (t) => {
  const { waitsOf, clock, listen } = await start(t)
  await waitsOf(5, '127.0.0.1')
  clock.held = true
  const socket = connect(await listen(), '127.0.0.1')
  const head = `GET ${exportPath} HTTP/1.1\r\nHost: a\r\nAuthorization: ${wrong.authorization}`
  socket.write(`${head}\r\n\r\n`)
  await until(() => clock.waiting === 1)
  socket.destroy()
  await until(() => clock.waiting === 0)
})

t.test('a service that is told to end keeps nobody waiting', async (t) => {
  const { app, ask, waitsOf, clock } = await start(t)
  await waitsOf(5, '192.0.2.1')
  clock.held = true
  const guess = ask('192.0.2.1')
  await until(() => clock.waiting === 1)
  const closed = app.close()
  t.equal((await guess).statusCode, 401)
  await closed
})
