import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import t from 'tap'
import { noticeText } from '../../src/notifiers/notice-text.js'
import { webhookNotifier, webhookSignature } from '../../src/notifiers/webhook.js'
import { docBlock } from '../support/doc-block.js'
import { everyNotice, notices } from './notices.js'
import { receive, type Received } from './receiver.js'
import { stillClock } from './still-clock.js'

const secret = 'a secret of sixteen characters or more'

/** What a webhook is sent, each notice once. */
async function sentTo(t: Parameters<typeof receive>[0], at = new Date()): Promise<Received[]> {
  const { url, received } = await receive(t)
  const clock = { ...stillClock(), now: () => at }
  const notifier = webhookNotifier({ url, secret, clock })
  for (const notice of everyNotice) await notifier.send(notice, {})
  return received
}

const parsed = ({ body }: Received): Record<string, unknown> => Object(JSON.parse(body))

t.test('every notice comes with its event, its members and its text', async (t) => {
  const received = await sentTo(t, stillClock().now())
  const members: Readonly<Record<string, readonly string[]>> = {
    started: ['backup'],
    success: ['backup', 'pruned'],
    failure: ['backup', 'error'],
    unhealthy: ['findings'],
    recovery: ['findings'],
    summary: ['summary'],
    test: ['sent_by'],
  }
  t.equal(received.length, everyNotice.length)
  for (const [index, notice] of everyNotice.entries()) {
    const one = received[index]
    if (one === undefined) return
    const { id, ...body } = parsed(one)
    t.match(one, {
      method: 'POST',
      headers: { 'octavo-event': notice.kind, 'content-type': 'application/json' },
    })
    t.match(id, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
    const always = ['octavo_notice', 'sent_at', 'event', 'subject', 'text']
    t.strictSame(Object.keys(body), [...always, ...(members[notice.kind] ?? [])])
    t.match(body, {
      octavo_notice: 1,
      sent_at: '2026-11-22T00:17:00.500Z',
      event: notice.kind,
      ...noticeText(notice),
    })
  }
  t.equal(new Set(received.map((one) => parsed(one)['id'])).size, everyNotice.length)
})

t.test('the example of the page is what is sent', async (t) => {
  const received = await sentTo(t, stillClock().now())
  const success = parsed(received[1] ?? (t.fail('nothing was sent') as never))
  const example: Record<string, unknown> = JSON.parse(docBlock('notifications.md', 'webhook-body'))
  t.strictSame({ ...success, id: '', text: '' }, { ...example, id: '', text: '' })
  const [first = ''] = String(example['text']).split('…')
  t.ok(String(success['text']).startsWith(first))
})

t.test('errors, findings and summaries are told in members too', async (t) => {
  const bodies = (await sentTo(t)).map(parsed)
  const { code, message, hint } = notices.failure.error
  t.match(bodies[0], { backup: { status: 'in-progress', duration_ms: null, archive: null } })
  t.strictSame(bodies[2]?.['error'], { code, message, hint })
  t.match(bodies[2], { backup: { status: 'failed', verified: false, records: null } })
  t.strictSame(bodies[3]?.['findings'], notices.unhealthy.findings)
  t.strictSame(bodies[5]?.['summary'], {
    from: '2026-01-01T00:00:00.000Z',
    to: '2026-01-08T00:00:00.000Z',
    databases: [
      {
        name: 'lab',
        label: 'prod',
        succeeded: 7,
        failed: 1,
        newest: { taken_at: '2026-01-01T00:00:00.000Z', size: 12_345_678, records: 12_345 },
        verified_at: '2026-01-01T00:00:09.000Z',
      },
      { name: 'shop', label: '', succeeded: 0, failed: 0, newest: null, verified_at: null },
    ],
    total_bytes: 98_765_432,
  })
})

const noOpenssl = spawnSync('openssl', ['version']).status === 0 ? false : 'there is no openssl'

t.test('the signature is the one that openssl makes', { skip: noOpenssl }, (t) => {
  const script = docBlock('notifications.md', 'check-by-hand')
  const { stdout } = spawnSync('bash', ['-c', script], {
    cwd: t.testdir(),
    encoding: 'utf8',
  })
  const digits = /([0-9a-f]{64})\s*$/.exec(stdout)?.[1]
  t.equal(webhookSignature(secret, '1795306620', '{"octavo_notice":1}'), `sha256=${digits}`)
  t.end()
})

/** What came, and what somebody made of it: only the first is believed. */
async function variants(t: Parameters<typeof receive>[0]) {
  const [one] = await sentTo(t)
  const [old] = await sentTo(t, new Date(Date.now() - 301_000))
  if (one === undefined || old === undefined) throw new Error('nothing was sent')
  const { headers, body } = one
  return {
    right: { headers, body, secret },
    forged: [
      { headers, body: body.replace('lab', 'shop'), secret },
      { headers, body: `${body} `, secret },
      { headers, body, secret: `${secret}!` },
      { headers: { ...headers, 'octavo-signature': 'sha256=' }, body, secret },
      { headers: { ...headers, 'octavo-signature': undefined }, body, secret },
      { headers: { ...headers, 'octavo-timestamp': undefined }, body, secret },
      { headers: { ...headers, 'octavo-timestamp': 'now' }, body, secret },
      {
        headers: { ...headers, 'octavo-timestamp': old.headers['octavo-timestamp'] },
        body,
        secret,
      },
      { headers: old.headers, body: old.body, secret },
    ],
  }
}

t.test('the check of the page for Node believes what Octavo sent, and nothing else', async (t) => {
  const file = join(t.testdir(), 'check.mjs')
  writeFileSync(file, docBlock('notifications.md', 'check-in-node'))
  const { isFromOctavo } = await import(pathToFileURL(file).href)
  const { right, forged } = await variants(t)
  const check = ({ headers, body, secret }: (typeof forged)[number]): boolean =>
    isFromOctavo(headers, Buffer.from(body), secret)
  t.equal(check(right), true)
  for (const one of forged) t.equal(check(one), false)
})

const python = spawnSync('python3', ['--version']).status === 0 ? false : 'there is no python3'

t.test('the check of the page for Python does the same', { skip: python }, async (t) => {
  const { right, forged } = await variants(t)
  const script = `${docBlock('notifications.md', 'check-in-python')}
import json, sys
class Headers(dict):
    def get(self, name, default=None):
        return super().get(name.lower(), default)
for one in json.load(sys.stdin):
    print(is_from_octavo(Headers(one["headers"]), one["body"].encode(), one["secret"]))
`
  const input = JSON.stringify([right, ...forged])
  const { stdout, stderr } = spawnSync('python3', ['-c', script], { input, encoding: 'utf8' })
  t.strictSame(stdout.trim().split('\n'), ['True', ...forged.map(() => 'False')], stderr)
})

t.test('a secret that can be guessed is refused, and not shown', (t) => {
  const options = { url: 'https://example.org/hook', clock: stillClock() }
  for (const short of ['', 'fifteen letters'])
    t.throws(() => webhookNotifier({ ...options, secret: short }), {
      code: 'config-invalid',
      message: /^the secret of the webhook https:\/\/example\.org\/… has fewer than 16 characters$/,
    })
  t.ok(webhookNotifier({ ...options, secret: 'sixteen letters!' }))
  t.end()
})
