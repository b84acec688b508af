import { once } from 'node:events'
import { createServer } from 'node:net'
import { inspect } from 'node:util'
import t, { type Test } from 'tap'
import type { Notice, Notifier } from '../../src/core/backups/notifier.js'
import { asOctavoError } from '../../src/core/errors.js'
import { discordNotifier } from '../../src/notifiers/discord.js'
import type { HttpChannelOptions } from '../../src/notifiers/http-notifier.js'
import { noticeText } from '../../src/notifiers/notice-text.js'
import { notifyAll } from '../../src/notifiers/notify-all.js'
import { pingNotifier } from '../../src/notifiers/ping.js'
import { slackNotifier } from '../../src/notifiers/slack.js'
import { webhookNotifier } from '../../src/notifiers/webhook.js'
import { everyNotice, notices } from './notices.js'
import { type Answer, receive, secretPath } from './receiver.js'
import { selfSigned } from './self-signed.js'
import { stillClock } from './still-clock.js'

const secret = 'a secret that nobody may read'

type Make = (options: Omit<HttpChannelOptions, 'wants'>) => Notifier
const channels: Readonly<Record<string, Make>> = {
  slack: slackNotifier,
  discord: discordNotifier,
  webhook: (options) => webhookNotifier({ ...options, secret }),
  ping: pingNotifier,
}

/** What every channel wants. */
const { failure } = notices

/** The error of a send, after it was looked through for what is a secret. */
async function faultOf(t: Test, notifier: Notifier, notice: Notice = failure) {
  try {
    await notifier.send(notice, {})
  } catch (thrown) {
    const error = asOctavoError(thrown)
    const shown = inspect(error, { depth: Infinity, showHidden: true }) + JSON.stringify(error)
    for (const part of ['services', 'T000', 'tell-nobody', 'hidden', secret])
      t.notOk(shown.includes(part), `no ${part}`)
    t.match(error, { code: 'notify-failed', message: `${notifier.name} http` })
    return error
  }
  throw new Error('it was sent')
}

for (const [name, make] of Object.entries(channels))
  t.test(`${name} tries again what may pass, and then says why it gave up`, async (t) => {
    const clock = stillClock()
    const attempt = async (answers: readonly Answer[], limitMs?: number) => {
      clock.slept.length = 0
      const { url, received } = await receive(t, answers)
      return { notifier: make({ url, clock, ...(limitMs && { limitMs }) }), received }
    }

    for (const answer of [
      { status: 500 },
      { status: 503 },
      { status: 408 },
      { status: 429 },
      'hang up',
    ] as const) {
      const { notifier, received } = await attempt([answer, answer])
      await notifier.send(failure, {})
      t.equal(received.length, 3, `${inspect(answer)}: the third try went through`)
      t.equal(received[0]?.body, received[2]?.body, 'and was the same')
      t.strictSame(clock.slept, [2_000, 10_000])
    }

    const { notifier, received } = await attempt([
      { status: 500 },
      { status: 502 },
      { status: 503 },
    ])
    t.match(await faultOf(t, notifier), {
      message: /127\.0\.0\.1:\d+\/… could not be notified: it answered 503, 3 times$/,
      hint: 'Check the address and the credentials of the channel.',
      details: { tries: 3 },
    })
    t.equal(received.length, 3)

    for (const status of [400, 401, 403, 404, 410]) {
      const refused = await attempt([{ status }])
      t.match(await faultOf(t, refused.notifier), { message: `it answered ${status}` })
      t.equal(refused.received.length, 1, `${status} is not tried again`)
    }

    const silent = await attempt([null, null, null], 300)
    t.match(await faultOf(t, silent.notifier), { message: 'not answer within 0.3 s, 3 times' })
  })

t.test('a redirect is refused, and nothing is sent to where it leads', async (t) => {
  const elsewhere = await receive(t)
  for (const [name, make] of Object.entries(channels))
    for (const status of [301, 302, 303, 307, 308]) {
      const { url, received } = await receive(t, [{ status, headers: { location: elsewhere.url } }])
      const error = await faultOf(t, make({ url, clock: stillClock() }))
      t.match(error, { message: 'redirects are not followed', hint: /that it leads to/ }, name)
      t.equal(received.length, 1)
    }
  t.strictSame(elsewhere.received, [])
})

t.test('who wants to be left alone is, for a minute at most', async (t) => {
  const after = async (header: string): Promise<[number[], number]> => {
    const clock = stillClock()
    const answer = { status: 429, headers: { 'retry-after': header } }
    const { url, received } = await receive(t, [answer])
    await slackNotifier({ url, clock })
      .send(failure, {})
      .catch((error: unknown) => t.match(error, { code: 'notify-failed', message: '429' }))
    return [clock.slept, received.length]
  }
  t.strictSame(await after('30'), [[30_000], 2])
  t.strictSame(await after('0.25'), [[2_000], 2], 'but never asked at once')
  t.strictSame(await after('Sun, 22 Nov 2026 00:17:40 GMT'), [[39_500], 2])
  t.strictSame(await after('Sun, 22 Nov 2020 00:17:40 GMT'), [[2_000], 2])
  t.strictSame(await after('soon'), [[2_000], 2])
  t.strictSame(await after('3600'), [[], 1])
})

t.test('where nobody listens, and where what listens speaks no HTTP, is told', async (t) => {
  const closed = createServer()
  await once(closed.listen(0, '127.0.0.1'), 'listening')
  const port = Object(closed.address()).port
  closed.close()
  const clock = stillClock()
  const url = `http://127.0.0.1:${port}${secretPath}`
  t.match(await faultOf(t, slackNotifier({ url, clock })), {
    message: 'there was no connection (ECONNREFUSED), 3 times',
  })
  const odd = createServer((socket) => void socket.on('error', () => 0).end(secretPath))
  await once(odd.listen(port, '127.0.0.1'), 'listening')
  t.teardown(() => odd.close())
  t.match(await faultOf(t, slackNotifier({ url, clock })), { message: /no connection \(\w+\)/ })
})

const certificate = selfSigned(t.testdir())
const noOpenssl = certificate === null && 'there is no openssl'

t.test('a certificate that nobody trusts is refused', { skip: noOpenssl }, async (t) => {
  const { url, received } = await receive(t, [], certificate ?? {})
  const notifier = slackNotifier({ url, clock: stillClock() })
  const fault = { message: /SELF_SIGNED_CERT\)$/, hint: /NODE_EXTRA_CA_CERTS/ }
  t.match(await faultOf(t, notifier), fault)
  t.strictSame(received, [])
})

t.test('a send that is aborted ends at once, also in a pause', async (t) => {
  const stop = new AbortController()
  const { url, received } = await receive(t, [null])
  const sent = slackNotifier({ url, clock: stillClock() }).send(failure, { signal: stop.signal })
  stop.abort()
  await t.rejects(sent, { name: 'AbortError' })
  const paused = new AbortController()
  const clock = stillClock()
  const failing = await receive(t, [{ status: 500 }])
  const aborting = {
    ...clock,
    sleep: async (ms: number, signal?: AbortSignal) => {
      paused.abort()
      await clock.sleep(ms, signal)
    },
  }
  const notifier = slackNotifier({ url: failing.url, clock: aborting })
  await t.rejects(notifier.send(failure, { signal: paused.signal }), { name: 'AbortError' })
  t.equal(failing.received.length, 1)
  t.ok(received.length <= 1)
})

t.test('http is for hosts nearby, and no error names more of an address than the host', (t) => {
  const clock = stillClock()
  for (const [name, make] of Object.entries(channels)) {
    for (const url of ['https://hooks.example.org/a', 'http://mattermost:8065/a'])
      t.equal(make({ url, clock }).shown, `${name} ${url.slice(0, -1)}…`)
    for (const [url, message] of [
      [`http://hooks.example.org${secretPath}`, 'http://hooks.example.org/…, would be asked unen'],
      [`https://me:hidden@hooks.example.org${secretPath}`, 'holds a user name or password'],
      [secretPath, 'is not one'],
      [`ftp://hooks.example.org${secretPath}`, 'is not one'],
      [`https://${secretPath}:hidden`, 'is not one'],
      ['', 'is not one'],
    ] as const)
      try {
        make({ url, clock })
        t.fail(url)
      } catch (error) {
        t.match(error, { code: 'config-invalid', message: `the address of ${name}` })
        t.match(error, { message })
        t.notMatch(inspect(error, { depth: Infinity }), /hidden|tell-nobody/)
      }
  }
  t.end()
})

t.test('slack is sent a text without markup', async (t) => {
  const { url, received } = await receive(t)
  const notifier = slackNotifier({ url, clock: stillClock() })
  for (const notice of everyNotice) await notifier.send(notice, {})
  t.equal(received.length, everyNotice.length)
  t.match(received[2], {
    method: 'POST',
    path: secretPath,
    headers: { 'content-type': 'application/json', 'user-agent': 'octavo' },
  })
  const { subject, text } = noticeText(failure)
  const sent = { text: `${subject}\n\n${text}`, mrkdwn: false }
  t.strictSame(JSON.parse(received[2]?.body ?? ''), sent)
})

t.test('discord is sent a text that calls nobody, and asked whether it took it', async (t) => {
  const { url, received } = await receive(t)
  const notifier = discordNotifier({ url, clock: stillClock() })
  for (const notice of everyNotice) await notifier.send(notice, {})
  t.equal(received.length, everyNotice.length)
  t.match(received[2], { method: 'POST', path: `${secretPath}&wait=true` })
  const body: unknown = JSON.parse(received[2]?.body ?? '')
  t.match(body, { allowed_mentions: { parse: [] }, flags: 4 })
  t.match(body, { content: /^Octavo: backup of lab \\\(prod\\\) failed\n\nThe backup/ })
})

t.test('a dead-man service hears of starts and ends, and of nothing else', async (t) => {
  const { url, received } = await receive(t)
  const notifier = pingNotifier({ url, clock: stillClock() })
  t.strictSame([...notifier.wants], ['started', 'success', 'failure'])
  for (const notice of everyNotice) await notifier.send(notice, {})
  const [path = '', query = ''] = secretPath.split('?')
  const fail = `GET ${path}/fail?${query} `
  t.strictSame(
    received.map((one) => `${one.method} ${one.path} ${one.body}`),
    [`GET ${path}/start?${query} `, `GET ${path}?${query} `, fail, fail],
    'the last is a test: it raises the alarm, and hides none',
  )
  const slash = pingNotifier({ url: `${url.replace(/\?.*/, '')}/`, clock: stillClock() })
  await slash.send(failure, {})
  t.equal(received[4]?.path, `${path}/fail`)
})

t.test('all others hear by default of what somebody has to know', (t) => {
  const options = { url: 'https://example.org/a', clock: stillClock() }
  for (const [name, make] of Object.entries(channels))
    if (name !== 'ping')
      t.strictSame([...make(options).wants], ['failure', 'unhealthy', 'recovery', 'summary'], name)
  const chosen = slackNotifier({ ...options, wants: new Set(['success']) })
  t.strictSame([...chosen.wants], ['success'])
  t.end()
})

/** A channel of somebody else's making. */
function channel(name: string, send: Notifier['send'], wants: Notice['kind'] = 'failure') {
  return { name, shown: name, wants: new Set([wants]), send }
}

t.test('a channel that fails hinders no other, and is told of', async (t) => {
  const good = await receive(t)
  const bad = await receive(t, [{ status: 404 }])
  const clock = stillClock()
  const lines: string[] = []
  const throws = (): Promise<void> => {
    throw new TypeError('at once')
  }
  const failed = await notifyAll(
    [
      slackNotifier({ url: bad.url, clock }),
      channel('rude', throws),
      channel('other', throws, 'success'),
      discordNotifier({ url: good.url, clock }),
    ],
    failure,
    { log: (line) => lines.push(line) },
  )
  t.match(failed, [
    { notifier: 'slack', error: { code: 'notify-failed' } },
    { notifier: 'rude', error: { code: 'internal', message: 'at once' } },
  ])
  t.equal(failed.length, 2)
  t.equal(good.received.length, 1)
  t.match(lines, [
    /^no notice of failure: slack http:.*\/… could not be notified: it answered 404$/,
  ])
  t.equal(lines.length, 2)
  t.strictSame(await notifyAll([], failure), [])
})

t.test('all channels are told at once, and one that is aborted fails like others', async (t) => {
  const stop = new AbortController()
  const begun: string[] = []
  const until = (name: string) =>
    channel(name, (_, { signal }) => {
      begun.push(name)
      if (begun.length === 2) setImmediate(() => stop.abort())
      return new Promise((_, reject) =>
        signal?.addEventListener('abort', () => reject(signal.reason as Error)),
      )
    })
  const failed = await notifyAll([until('a'), until('b')], failure, { signal: stop.signal })
  t.match(failed, [{ error: { code: 'aborted' } }, { error: { code: 'aborted' } }])
})
