import { once } from 'node:events'
import { get, request, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import Database from 'better-sqlite3'
import fastify from 'fastify'
import t from 'tap'
import { allowLongBody, endSlowBodies } from '../../src/http/slow-bodies.js'
import { runJob } from '../../src/jobs/wall/run-job.js'
import {
  bearer,
  exportPath,
  GatedJobs,
  key,
  spooled,
  startService,
  talk,
  until,
  wallClock,
} from './service.js'

interface Answer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
}

async function fetchAnswer(port: number, path = exportPath, headers = {}): Promise<Answer> {
  const asked = get({ port, path, headers: { ...bearer, ...headers }, agent: false })
  const [message] = (await once(asked, 'response')) as [IncomingMessage] // what Node emits
  const chunks: Buffer[] = []
  for await (const chunk of message) chunks.push(chunk as Buffer) // no encoding is set
  const { statusCode = 0 } = message
  return { status: statusCode, headers: message.headers, body: Buffer.concat(chunks) }
}

t.test('HTTP/1.0 without Host gets the whole export and its end', async (t) => {
  const service = await startService(t)
  const port = await service.listen()
  const answer = await talk(
    port,
    `GET ${exportPath} HTTP/1.0\r\nAuthorization: Bearer ${key}\r\n\r\n`,
  )
  const [head = '', body = ''] = answer.split('\r\n\r\n')
  t.match(head, /^HTTP\/1\.[01] 200 OK\r\n/)
  t.match(head, /connection: close/i)
  t.notMatch(head, /transfer-encoding/i)
  t.equal(Number(/content-length: (\d+)/i.exec(head)?.[1]), body.length)
})

t.test('what is not HTTP is refused in the same words as any mistake', async (t) => {
  const service = await startService(t)
  const port = await service.listen()
  const garbage = await talk(port, 'nonsense\r\n\r\n')
  t.match(garbage, /^HTTP\/1\.1 400 Bad Request\r\n/)
  t.match(JSON.parse(garbage.split('\r\n\r\n')[1] ?? ''), { code: 'usage', hint: String })
  const long = await talk(port, `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`)
  t.match(long, /^HTTP\/1\.1 431 /)
  const noHost = await talk(port, `GET ${exportPath} HTTP/1.1\r\n\r\n`)
  t.match(noHost, /^HTTP\/1\.1 400 /)
})

t.test('a client that leaves ends its job, and its place is free again', async (t) => {
  const jobs = new GatedJobs()
  const service = await startService(t, { runJob: jobs.runJob, exportConcurrency: 1 })
  const port = await service.listen()
  const leaving = request({ port, path: exportPath, headers: bearer, agent: false })
  leaving.on('error', () => undefined)
  leaving.end()
  await until(() => jobs.waiting === 1)
  leaving.destroy()
  await until(() => jobs.aborted === 1)
  await until(() => spooled(service).length === 0)
  t.match(service.log(), /the client left before the answer/)
  const next = fetchAnswer(port)
  await until(() => jobs.waiting === 1)
  jobs.open()
  t.equal((await next).status, 200)
})

t.test('a client that leaves a real export leaves the database to its writers', async (t) => {
  const service = await startService(t, { records: 60_000, runJob })
  const port = await service.listen()
  const leaving = request({
    port,
    path: `${exportPath}?verify=true`,
    headers: bearer,
    agent: false,
  })
  leaving.on('error', () => undefined)
  leaving.end()
  await until(() => spooled(service).length === 1)
  leaving.destroy()
  await until(() => service.log().includes('the client left before the answer'))
  await until(() => spooled(service).length === 0)
  const writer = new Database(service.database)
  writer.exec('BEGIN EXCLUSIVE; DELETE FROM b; COMMIT')
  t.match(writer.pragma('wal_checkpoint(TRUNCATE)'), [{ busy: 0 }])
  writer.close()
  t.notMatch(service.log(), '"msg":"exported')
})

t.test('when places are taken the next one is told to come again', async (t) => {
  const jobs = new GatedJobs()
  const service = await startService(t, { runJob: jobs.runJob, exportConcurrency: 2 })
  const port = await service.listen()
  const first = fetchAnswer(port, `${exportPath}?models=a`)
  const second = fetchAnswer(port, `${exportPath}?models=b`)
  await until(() => jobs.waiting === 2)
  const third = await fetchAnswer(port)
  t.equal(third.status, 503)
  t.match(JSON.parse(third.body.toString()), { code: 'too-many-exports', hint: String })
  t.ok(Number(third.headers['retry-after']) >= 1)
  jobs.open()
  t.equal((await first).status, 200)
  t.equal((await second).status, 200)
  t.equal(jobs.started, 2)
})

t.test('equal requests at the same time share one export', async (t) => {
  const jobs = new GatedJobs()
  const service = await startService(t, { runJob: jobs.runJob, exportConcurrency: 1 })
  const port = await service.listen()
  const leaving = request({ port, path: exportPath, headers: bearer, agent: false })
  leaving.on('error', () => undefined)
  leaving.end()
  await until(() => jobs.waiting === 1)
  const staying = [fetchAnswer(port), fetchAnswer(port, exportPath, { 'accept-encoding': 'gzip' })]
  await until(() => service.log().split('incoming request').length === 4)
  leaving.destroy()
  await until(() => service.log().includes('the client left'))
  t.equal(jobs.aborted, 0)
  jobs.open()
  const [plain, packed] = await Promise.all(staying)
  t.equal(plain?.status, 200)
  t.equal(packed?.status, 200)
  t.equal(plain?.headers['octavo-export-date'], packed?.headers['octavo-export-date'])
  t.equal(jobs.started, 1)
})

t.test('an equal request that comes later gets newer data', async (t) => {
  const jobs = new GatedJobs()
  let nowMs = Date.UTC(2026, 10, 22)
  const clock = { ...wallClock, now: () => new Date(nowMs) }
  const service = await startService(t, { runJob: jobs.runJob, clock })
  const port = await service.listen()
  const first = fetchAnswer(port)
  await until(() => jobs.waiting === 1)
  nowMs += 5_000
  const second = fetchAnswer(port)
  await until(() => jobs.waiting === 2)
  jobs.open()
  t.equal((await first).headers['octavo-export-date'], '2026-11-22T00:00:00.000Z')
  t.equal((await second).headers['octavo-export-date'], '2026-11-22T00:00:05.000Z')
})

t.test('a slow client holds a file, not the database', async (t) => {
  const service = await startService(t, { records: 60_000, keepExportsMs: 0 })
  const port = await service.listen()
  const slow = connect(port, '127.0.0.1')
  slow.write(`GET ${exportPath} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${key}\r\n\r\n`)
  await once(slow, 'readable')
  slow.pause()
  const writer = new Database(service.database)
  writer.exec('BEGIN EXCLUSIVE; DELETE FROM b; COMMIT')
  writer.close()
  t.equal((await fetchAnswer(port, '/api/health')).status, 200)
  t.equal(spooled(service).length, 1)
  slow.destroy()
  await until(() => spooled(service).length === 0)
})

t.test('a client that stops reading is cut off after a while', async (t) => {
  const service = await startService(t, { records: 60_000, stalledAnswerMs: 200, keepExportsMs: 0 })
  const port = await service.listen()
  const stalled = connect(port, '127.0.0.1')
  stalled.on('error', () => undefined)
  stalled.write(`GET ${exportPath} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${key}\r\n\r\n`)
  await until(() => spooled(service).length === 1)
  await until(() => spooled(service).length === 0)
  t.match(service.log(), 'stream closed prematurely')
  stalled.destroy()
})

t.test('an interrupted download goes on where it stopped', async (t) => {
  const service = await startService(t, { records: 60_000 })
  const port = await service.listen()
  const asked = get({ port, path: exportPath, headers: bearer, agent: false })
  const [message] = (await once(asked, 'response')) as [IncomingMessage] // what Node emits
  const [start] = (await once(message, 'data')) as [Buffer] // no encoding is set
  asked.destroy()
  const { etag = '' } = message.headers
  const rest = await fetchAnswer(port, exportPath, {
    range: `bytes=${start.length}-`,
    'if-range': etag,
  })
  t.equal(rest.status, 206)
  const whole = await fetchAnswer(port, exportPath, { 'if-match': etag })
  t.ok(Buffer.concat([start, rest.body]).equals(whole.body))
})

t.test(
  'while it shuts down, running exports end, new ones are refused, the spool goes',
  async (t) => {
    const jobs = new GatedJobs()
    const service = await startService(t, { runJob: jobs.runJob, shutdownLimitMs: 60_000 })
    const port = await service.listen()
    const running = fetchAnswer(port)
    const waiting = connect(port, '127.0.0.1')
    await until(() => jobs.waiting === 1)
    const closed = service.app.close()
    const health = await talk(port, 'GET /api/health HTTP/1.1\r\nHost: x\r\n\r\n')
    t.match(health, /^HTTP\/1\.1 503 /)
    t.match(health, /\{"status":"unavailable"\}$/)
    const refused = await fetchAnswer(port, `${exportPath}?models=a`)
    t.equal(refused.status, 503)
    t.match(JSON.parse(refused.body.toString()), { code: 'shutting-down', hint: String })
    t.ok(refused.headers['retry-after'])
    jobs.open()
    t.equal((await running).status, 200)
    await closed
    t.strictSame(spooled(service), [])
    waiting.destroy()
  },
)

t.test('a slow answer is cut at the limit of a shutdown, and shows as cut', async (t) => {
  const service = await startService(t, { records: 60_000, shutdownLimitMs: 50 })
  const port = await service.listen()
  const asked = get({ port, path: exportPath, headers: bearer, agent: false })
  const [message] = (await once(asked, 'response')) as [IncomingMessage] // what Node emits
  await service.app.close()
  t.strictSame(spooled(service), [])
  let received = 0
  const read = async (): Promise<void> => {
    for await (const chunk of message) received += (chunk as Buffer).length // no encoding is set
  }
  await t.rejects(read(), { code: 'ECONNRESET' })
  t.ok(received < Number(message.headers['content-length']))
})

t.test('what does not end within the limit of a shutdown is ended', async (t) => {
  const jobs = new GatedJobs()
  const service = await startService(t, { runJob: jobs.runJob, shutdownLimitMs: 50 })
  const port = await service.listen()
  const running = fetchAnswer(port)
  await until(() => jobs.waiting === 1)
  await service.app.close()
  const answer = await running
  t.equal(answer.status, 503)
  t.match(JSON.parse(answer.body.toString()), { code: 'shutting-down' })
  t.equal(jobs.aborted, 1)
  t.strictSame(spooled(service), [])
})

t.test('a body that takes for ever ends its connection, and one that may does not', async (t) => {
  const app = fastify()
  t.teardown(() => app.close())
  endSlowBodies(app, 100)
  app.addContentTypeParser('*', (_request, _body, done) => done(null))
  app.post('/refused', { onRequest: async (_request, reply) => reply.code(403).send() }, () => '')
  app.post('/small', async ({ raw }) => once(raw.resume(), 'end').then(() => 'small'))
  app.post('/long', async (request) => {
    allowLongBody(request)
    await once(request.raw.resume(), 'end')
    return 'long'
  })
  const port = Number(new URL(await app.listen({ port: 0, host: '127.0.0.1' })).port)
  const begin = (path: string) => {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => undefined)
    socket.write(
      `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: a/b\r\nContent-Length: 2\r\n\r\n.`,
    )
    return socket
  }
  const long = begin('/long')
  const told: Buffer[] = []
  long.on('data', (piece: Buffer) => told.push(piece))
  const slow = [begin('/small'), begin('/refused')]
  await Promise.all(slow.map((socket) => once(socket.resume(), 'close')))
  t.equal(long.closed, false, 'though it was begun before those')
  long.write('.')
  await until(() => Buffer.concat(told).includes('long'))
  long.destroy()
})
