import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { OctavoError } from '../../src/core/errors.js'
import type { RunJob } from '../../src/jobs/wall/run-job.js'
import {
  bearer,
  chosen,
  exportPath,
  key,
  oldKey,
  runJob,
  spooled,
  startService,
  wallClock,
} from './service.js'
import { buildApp } from '../../src/http/build-app.js'

t.test('health says whether, never why', async (t) => {
  const { app, database } = await startService(t)
  const well = await app.inject('/api/health')
  t.equal(well.statusCode, 200)
  t.equal(well.body, '{"status":"ok"}')
  rmSync(database)
  const gone = await app.inject('/api/health')
  t.equal(gone.statusCode, 503)
  t.equal(gone.body, '{"status":"unavailable"}')
})

t.test('a database that is gone is a true failure that names it without its place', async (t) => {
  const { app, database, folder } = await startService(t)
  rmSync(database)
  const answer = await app.inject({ url: exportPath, headers: bearer })
  t.equal(answer.statusCode, 500)
  t.match(answer.json(), { code: 'database-not-found', message: /"database"/, hint: String })
  t.notMatch(answer.body, folder)
})

t.test('a fault of ours leaks nothing but where to look', async (t) => {
  const secret = 'the secret of a stack'
  const failures = [
    new Error(secret),
    new OctavoError('internal', secret),
    new OctavoError('io-failed', secret, { cause: new Error(secret) }),
    secret,
  ]
  for (const failure of failures) {
    const runJob: RunJob = () => Promise.reject(failure)
    const { app, log, ...service } = await startService(t, { runJob })
    const answer = await app.inject({ url: exportPath, headers: bearer })
    t.equal(answer.statusCode, 500)
    t.strictSame(Object.keys(answer.json()), ['code', 'message', 'hint'])
    t.notMatch(answer.body, secret)
    t.notMatch(answer.body, /\bat \S+:\d+/)
    const id = String(answer.headers['octavo-request'])
    t.match(answer.body, id)
    t.match(log(), id)
    t.match(log(), secret)
    t.strictSame(spooled({ ...service, app, log }), [])
  }
})

t.test('a failure after the export carries none of its headers', async (t) => {
  const losing: RunJob = async (name, input, options) => {
    const result = await runJob(name, input, options)
    if ('file' in input) rmSync(input.file)
    return result
  }
  const { app } = await startService(t, { runJob: losing })
  for (const encoding of ['gzip', 'identity']) {
    const headers = { ...bearer, 'accept-encoding': encoding }
    const answer = await app.inject({ url: exportPath, headers })
    t.equal(answer.statusCode, 500, encoding)
    t.match(answer.json(), { code: 'io-failed' })
    for (const name of ['content-encoding', 'content-disposition', 'etag', 'repr-digest'])
      t.equal(answer.headers[name], undefined, `${encoding}: ${name}`)
  }
})

t.test('a full disk is told as such, before the export and during it', async (t) => {
  const short = await startService(t, { freeSpace: () => Promise.resolve(1000) })
  const before = await short.app.inject({ url: exportPath, headers: bearer })
  t.equal(before.statusCode, 507)
  t.match(before.json(), { code: 'space-short', message: /needs \d.* where 1\.0 kB is free/ })
  t.match(before.json(), { hint: /SPOOL_DIR/ })
  const full = Object.assign(new Error('ENOSPC: no space left'), {
    code: 'ENOSPC',
    syscall: 'write',
  })
  const { app } = await startService(t, { runJob: () => Promise.reject(full) })
  const during = await app.inject({ url: exportPath, headers: bearer })
  t.equal(during.statusCode, 507)
})

t.test('the log says what an export needs and what is free, before it begins', async (t) => {
  const { app, log } = await startService(t, {
    freeSpace: () => Promise.resolve(4.2e9),
    runJob: () => Promise.reject(new OctavoError('database-busy', 'it is locked')),
  })
  await app.inject({ url: exportPath, headers: bearer })
  const lines = log()
    .split('\n')
    .filter((line) => line !== '')
  const told = lines.findIndex((line) => /the export needs [\d.]+ kB, 4\.2 GB free in /.test(line))
  t.match(JSON.parse(lines[told] ?? ''), { database: 'database', space: { freeBytes: 4.2e9 } })
  t.ok(told < lines.findIndex((line) => line.includes('it is locked')))
})

t.test('what is not there, or not allowed, is told in the same shape', async (t) => {
  const { app } = await startService(t)
  const asked = [
    [{ url: '/' }, 404, 'not-found'],
    [{ url: '/api/backup' }, 404, 'not-found'],
    [{ method: 'PUT', url: '/:x(' }, 404, 'not-found'],
    [{ method: 'POST', url: '/api/backup/', headers: bearer }, 404, 'not-found'],
    [{ method: 'POST', url: '/admin', payload: { a: 1 } }, 404, 'not-found'],
  ] as const
  for (const [request, status, code] of asked) {
    const answer = await app.inject(request)
    t.equal(answer.statusCode, status, request.url)
    t.match(answer.json(), { code, message: String, hint: String })
    t.strictSame(Object.keys(answer.json()), ['code', 'message', 'hint'])
    t.equal(answer.headers['x-content-type-options'], 'nosniff')
    t.match(answer.headers['content-security-policy'], "default-src 'none'")
  }
})

t.test('another method is told which ones an address answers', async (t) => {
  const { app } = await startService(t, { routePrefix: '/schedule' })
  const asked = [
    ['POST', exportPath, 'GET, HEAD'],
    ['DELETE', `${exportPath}/?format=json`, 'GET, HEAD'],
    ['OPTIONS', `/schedule${exportPath}/`, 'GET, HEAD'],
    ['PUT', '/api/health', 'GET, HEAD'],
    ['PATCH', '/admin/export', 'GET, HEAD, POST'],
  ] as const
  for (const [method, url, allow] of asked) {
    // What curl sends with --data, which no route but one reads.
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const answer = await app.inject({ method, url, headers, payload: 'a=1' })
    t.equal(answer.statusCode, 405, url)
    t.equal(answer.headers['allow'], allow, url)
    t.match(answer.json(), { code: 'method-not-allowed', message: RegExp(method), hint: allow })
  }
})

t.test('the OpenAPI document describes the export out of the schema that checks it', async (t) => {
  const { app } = await startService(t, { routePrefix: '/schedule' })
  const answer = await app.inject('/api/openapi.json')
  t.equal(answer.statusCode, 200)
  const document = answer.json<{ paths: Record<string, Record<string, unknown>> }>()
  t.match(document, { openapi: '3.1.0', info: { title: 'Octavo', version: '1.2.3' } })
  t.strictSame(Object.keys(document.paths).toSorted(), [
    '/api/backup/archived',
    exportPath,
    '/api/health',
  ])
  t.match(document.paths[exportPath], {
    get: {
      security: [{ key: [] }],
      parameters: [
        { name: 'database', in: 'query', required: false },
        { name: 'models' },
        { name: 'format', schema: { enum: ['json', 'sqlite'], default: 'json' } },
        { name: 'verify' },
      ],
      responses: { 200: { content: { 'application/json': Object } }, 401: Object, 422: Object },
    },
    head: Object,
  })
})

t.test('the log tells what left the house, and holds no key', async (t) => {
  const { app, log } = await startService(t)
  const urls = [
    exportPath,
    `${exportPath}?verify=true`,
    `${exportPath}?key=${key}`,
    `${exportPath}?${key}=1`,
    `/somewhere/${key}`,
    `/api/%zz${key}`,
  ]
  for (const url of urls)
    await app.inject({ url, headers: { ...bearer, cookie: `session=${oldKey}` } })
  await app.inject({ url: exportPath, headers: { authorization: `Basic ${key}` } })
  await app.inject({
    method: 'POST',
    url: '/admin/export',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: `key=${key}&wrong=${key}`,
  })
  t.notMatch(log(), key)
  t.notMatch(log(), oldKey)
  const lines = log()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>) // pino writes objects
  const exports = lines.filter(({ msg }) => String(msg).startsWith('exported '))
  t.match(exports, [
    { database: 'database', records: 20, bytes: Number, tookMs: Number, verified: null },
    { database: 'database', records: 20, verified: 'snapshot', reqId: /^[0-9a-f-]{36}$/ },
  ])
  t.match(
    exports[1]?.['msg'],
    /^exported "database": 20 records, .* in \d+ ms, verified: snapshot$/,
  )
})

t.test('mistakes in the options fail at boot, all at once, and show no key', async (t) => {
  const folder = t.testdir({ file: 'not a folder' })
  const good = {
    databases: [chosen(join(folder, 'db.sqlite3'))],
    keys: [key],
    spoolFolder: join(folder, 'spool'),
    version: '1.0.0',
    log: { level: 'silent' as const },
    runJob: () => Promise.reject(new Error('never called')),
    clock: wallClock,
  }
  const shortKey = 'short-key'
  const bad = { keys: [shortKey], exportConcurrency: 0, routePrefix: 'schedule/', databases: [] }
  const mistakes = await buildApp({ ...good, ...bad }).catch((error: unknown) => error)
  t.match(mistakes, {
    code: 'config-invalid',
    message: /databases.*keys\.0.*routePrefix.*exportConc/,
  })
  t.notMatch(String(mistakes), shortKey)
  writeFileSync(join(folder, 'plain'), '')
  for (const spoolFolder of [join(folder, 'plain'), join(folder, 'plain/spool')])
    await t.rejects(buildApp({ ...good, spoolFolder }), {
      code: 'config-invalid',
      hint: /SPOOL_DIR/,
    })
  await t.rejects(buildApp({ ...good, spoolFolder: 'relative' }), { code: 'config-invalid' })
})
