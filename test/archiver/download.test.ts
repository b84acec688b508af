import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { gzipSync } from 'node:zlib'
import t, { type Test } from 'tap'
import { OctavoError } from '../../src/core/errors.js'
import { ArchiveRig } from '../support/archive/archive-rig.js'
import { makeDocument } from '../support/archive/make-document.js'
import { sendExport, sendText, type Answerer } from '../support/archive/service-double.js'
import { untilStored } from '../support/archive/stored-download.js'

const sunday = '2026-11-22T00:17:00.000Z'

async function rigFor(t: Test): Promise<ArchiveRig> {
  const rig = await ArchiveRig.start()
  t.teardown(() => rig.stop())
  return rig
}

const machines = Array.from({ length: 3000 }, (_, index) => {
  const noise = createHash('sha256').update(String(index)).digest('hex')
  return `machine ${index} ${noise}`
})

interface Wishes {
  /** Where the archive works. */
  readonly folder: string
  readonly gzip?: boolean
  readonly tag?: string | null
  /** Whether a range is answered with the rest, as the service does while it keeps the export. */
  readonly kept?: boolean
}

/** The service: exports, and cuts the connection after as many bytes as are left in `cuts`. */
function cutting(bytes: Buffer, cuts: number[], wishes: Wishes): Answerer {
  const { gzip = false, tag = '"content-2026-identity"', kept = true } = wishes
  const body = gzip ? gzipSync(bytes) : bytes
  return (request, response) => {
    const range = /^bytes=(\d+)-$/.exec(request.headers.range ?? '')
    const isRest = kept && range !== null && request.headers['if-range'] === tag
    const start = isRest ? Number(range[1]) : 0
    const rest = body.subarray(start)
    response.writeHead(isRest ? 206 : 200, {
      'content-type': 'application/json; charset=utf-8',
      'content-length': rest.length,
      'repr-digest': `sha-256=:${createHash('sha256').update(body).digest('base64')}:`,
      'octavo-verified': 'snapshot',
      ...(gzip && { 'content-encoding': 'gzip' }),
      ...(tag !== null && { etag: tag }),
      ...(isRest && { 'content-range': `bytes ${start}-${body.length - 1}/${body.length}` }),
    })
    const cut = cuts.shift()
    if (cut === undefined) return void response.end(rest)
    response.write(rest.subarray(0, cut))
    void untilStored(wishes.folder, start + cut).then(() => request.socket.destroy())
  }
}

const asked = (requests: readonly IncomingMessage[]) =>
  requests.map(({ headers }) => Number(/\d+/.exec(headers.range ?? '')?.[0] ?? 0))

t.test('a download that is cut at several places goes on where it was', async (t) => {
  for (const gzip of [false, true]) {
    const rig = await rigFor(t)
    const document = await rig.serve({ at: sunday, machines })
    rig.service.answers = [
      cutting(document.bytes, [1, 30_000, 0, 65_536], {
        gzip,
        folder: rig.folder,
      }),
    ]
    const phases: string[] = []
    const result = await rig.archive({ onProgress: ({ phase }) => phases.push(phase) })
    t.equal(result.manifest.sha256, document.sha256)
    t.equal(await rig.show(`backups/${result.name}.json`), document.bytes.toString())
    const starts = asked(rig.service.requests)
    t.strictSame(starts, [0, 1, 30_001, 30_001, 95_537], `gzip: ${gzip}`)
    t.match(phases.join('\n'), /waiting 5 s/)
  }
})

t.test(
  'where the export is gone, or was never one to go on with, it is fetched anew',
  async (t) => {
    for (const [what, wishes] of [
      ['no longer kept', { kept: false }],
      ['a weak tag', { tag: 'W/"content"' }],
      ['no tag', { tag: null }],
    ] as const) {
      const rig = await rigFor(t)
      const document = await rig.serve({ at: sunday, machines })
      const next = await makeDocument({ at: '2026-11-22T00:18:00.000Z', machines: ['newer'] })
      rig.service.answers = [
        cutting(document.bytes, [40_000], { ...wishes, folder: rig.folder }),
        cutting(next.bytes, [], { ...wishes, folder: rig.folder }),
      ]
      const result = await rig.archive()
      t.equal(result.manifest.sha256, next.sha256, `${what}: the new one, and nothing of the old`)
      t.equal(
        rig.service.requests[1]?.headers.range,
        what === 'no longer kept' ? 'bytes=40000-' : undefined,
      )
    }
  },
)

t.test('a rest that is not the rest asked for is dropped, and fetched anew', async (t) => {
  const rest = (bytes: Buffer, headers: Record<string, string>, status = 206): Answerer => {
    return (_, response) => {
      const common = { 'content-type': 'application/json', etag: '"content-2026-identity"' }
      response.writeHead(status, { ...common, ...headers })
      response.end(bytes)
    }
  }
  for (const [what, wrong] of [
    [
      'another tag',
      rest(Buffer.from('x'), { etag: '"other"', 'content-range': 'bytes 40000-9/9' }),
    ],
    ['another place', rest(Buffer.from('x'), { 'content-range': 'bytes 7-99/100' })],
    ['another size', rest(Buffer.from('x'), { 'content-range': 'bytes 40000-40000/40001' })],
    ['no range', rest(Buffer.from('x'), {})],
    ['nothing there', rest(Buffer.from('{}'), { 'content-range': 'bytes */10' }, 416)],
  ] as const) {
    const rig = await rigFor(t)
    const document = await rig.serve({ at: sunday, machines })
    rig.service.answers = [
      cutting(document.bytes, [40_000], { folder: rig.folder }),
      wrong,
      sendExport(document.bytes),
    ]
    t.equal((await rig.archive()).manifest.sha256, document.sha256, what)
    t.equal(rig.service.requests[2]?.headers.range, undefined, `${what}: asked for the whole`)
  }
})

t.test('a download that always breaks off ends when the time is over', async (t) => {
  const rig = await rigFor(t)
  const document = await rig.serve({ at: sunday, machines })
  rig.service.answers = [
    cutting(
      document.bytes,
      Array.from({ length: 99 }, () => 10),
      { folder: rig.folder },
    ),
  ]
  const error = await rig.archive({ limits: { serviceWaitMs: 60_000 } }).catch((thrown) => thrown)
  t.ok(error instanceof OctavoError)
  t.equal(error.code, 'fetch-failed')
  t.equal(await rig.head(), null)
})

t.test('every answer that passes by itself is waited out, and no other', async (t) => {
  const rig = await rigFor(t)
  const document = await rig.serve({ at: sunday, machines: ['magnet'] })
  const error = (code: string) => JSON.stringify({ code, message: 'no', hint: 'Wait.' })
  for (const status of [408, 429, 500, 502, 503, 504, 522]) {
    rig.service.answers = [
      sendText(
        status,
        'text/html',
        '<html><title>Oh',
        status === 429 ? { 'retry-after': '31' } : {},
      ),
      sendExport(document.bytes),
    ]
    rig.clock.sleeps.length = 0
    await rig.archive().catch((thrown: unknown) => t.match(thrown, /already holds another/))
    t.strictSame(rig.clock.sleeps, [status === 429 ? 31_000 : 5000], `status ${status}`)
  }
  for (const [status, code, waits] of [
    [503, 'database-busy', true],
    [503, 'shutting-down', true],
    [507, 'space-short', true],
    [500, 'internal', false],
    [500, 'verify-failed', false],
    [422, 'cannot-carry', false],
    [404, 'not-found', false],
  ] as const) {
    rig.service.answers = [sendText(status, 'application/json', error(code))]
    rig.clock.sleeps.length = 0
    await rig.archive({ limits: { serviceWaitMs: 6000 } }).catch(() => undefined)
    t.equal(rig.clock.sleeps.length > 0, waits, code)
  }
})

t.test('a Retry-After that is a date is kept to', async (t) => {
  const rig = await rigFor(t)
  const document = await rig.serve({ at: sunday, machines: ['magnet'] })
  const until = new Date(Date.now() + 90_000).toUTCString()
  rig.service.answers = [
    sendText(503, 'text/plain', 'maintenance', { 'retry-after': until }),
    sendExport(document.bytes),
  ]
  await rig.archive()
  const [slept = 0] = rig.clock.sleeps
  t.ok(slept > 80_000 && slept <= 91_000, String(slept))
})
