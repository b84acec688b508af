import { createHash } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import Database from 'better-sqlite3'
import t from 'tap'
import { bearer, chosen, exportPath, key, oldKey, startService, writeDatabase } from './service.js'

const sha256 = (bytes: Buffer, encoding: 'hex' | 'base64' = 'hex'): string =>
  createHash('sha256').update(bytes).digest(encoding)

t.test('an export comes whole, with a length, a name, digests and a strong tag', async (t) => {
  const { app } = await startService(t)
  const answer = await app.inject({ url: exportPath, headers: bearer })
  t.equal(answer.statusCode, 200)
  const { headers, rawPayload } = answer
  t.equal(headers['content-type'], 'application/json; charset=utf-8')
  t.equal(Number(headers['content-length']), rawPayload.length)
  t.equal(headers['repr-digest'], `sha-256=:${sha256(rawPayload, 'base64')}:`)
  t.equal(headers['cache-control'], 'no-store')
  t.equal(headers['accept-ranges'], 'bytes')
  t.match(headers['vary'], /accept-encoding/i)
  t.equal(headers['octavo-verified'], undefined)
  t.equal(headers['octavo-records'], '20')
  const document = answer.json<{ octavo: number; export_date: string; content_sha256: string }>()
  t.equal(document.octavo, 1)
  t.equal(headers['octavo-export-date'], document.export_date)
  t.equal(headers['octavo-content-sha256'], document.content_sha256)
  const stamp = document.export_date.slice(0, 19).replace('T', '_').replaceAll(':', '-')
  t.equal(headers['content-disposition'], `attachment; filename="database_backup_${stamp}.json"`)
  t.match(headers['etag'], new RegExp(`^"${document.content_sha256}-${stamp}-\\d{3}-identity"$`))
})

t.test('an answer says how many warnings there are, and the log what they are', async (t) => {
  const { app, database, log } = await startService(t)
  const ask = async (): Promise<unknown> =>
    (await app.inject({ url: exportPath, headers: bearer })).headers['octavo-warnings']
  t.equal(await ask(), '0')
  const name = 'x\r\nOctavo-Verified: snapshot\r\n'
  new Database(database)
    .exec(
      `PRAGMA foreign_keys = off; INSERT INTO b VALUES (2, 99);
      CREATE TABLE "${name}" (r REFERENCES a); INSERT INTO "${name}" VALUES (77)`,
    )
    .close()
  const { headers } = await app.inject({ url: exportPath, headers: bearer })
  t.equal(headers['octavo-warnings'], '2')
  t.equal(headers['octavo-verified'], undefined)
  t.match(log(), /"warnings":\["b: 1 foreign keys? lead/)
})

t.test('the plain path always answers, a trailing slash and a prefix may be there', async (t) => {
  const { app } = await startService(t, { routePrefix: '/schedule' })
  for (const path of [
    exportPath,
    `${exportPath}/`,
    `/schedule${exportPath}`,
    `/schedule${exportPath}/`,
  ])
    t.equal((await app.inject({ url: path, headers: bearer })).statusCode, 200, path)
  for (const path of [
    '/api%2Fbackup%2Fdatabase',
    '/api/backup%2fdatabase/',
    '/Api/backup/database',
  ])
    t.equal((await app.inject({ url: path, headers: bearer })).statusCode, 404, path)
  const wrong = await app.inject({ url: '/api/%zz', headers: bearer })
  t.equal(wrong.statusCode, 400)
  t.match(wrong.json(), { code: 'usage', message: String, hint: String })
})

t.test('without a known key nothing is exported', async (t) => {
  const { app, log } = await startService(t, { routePrefix: '/schedule' })
  const wrong = [
    undefined,
    '',
    'Bearer',
    'Bearer ',
    `Bearer ${key}x`,
    `Bearer ${key.slice(0, -1)}`,
    `Bearer ${key},${oldKey}`,
    `Bearer${key}`,
    key,
    `Basic ${Buffer.from(`admin:${key}`).toString('base64')}`,
    `Token ${key}`,
  ]
  for (const [nth, authorization] of wrong.entries())
    for (const url of [exportPath, `/schedule${exportPath}/`, `${exportPath}?format=nonsense`]) {
      const headers = authorization === undefined ? {} : { authorization }
      // Each from an address of its own: repeated ones are slowed (wrong-keys.test.ts).
      const answer = await app.inject({ url, headers, remoteAddress: `192.0.2.${nth}` })
      t.equal(answer.statusCode, 401, `${authorization} at ${url}`)
      t.match(answer.headers['www-authenticate'], /^Bearer realm="Octavo"/)
      t.strictSame(Object.keys(answer.json()), ['code', 'message', 'hint'])
      t.equal(answer.json<{ code: string }>().code, 'unauthorized')
    }
  t.notMatch(log(), '"msg":"exported')
})

t.test('each key opens, whatever the case of the scheme', async (t) => {
  const { app } = await startService(t)
  for (const authorization of [`Bearer ${key}`, `bearer ${key}`, `BEARER ${oldKey}`])
    t.equal((await app.inject({ url: exportPath, headers: { authorization } })).statusCode, 200)
})

t.test('a mistake in the query is refused by name', async (t) => {
  const { app } = await startService(t)
  const mistakes = [
    ['?model=a', /model"/],
    ['?format=xml', /json/],
    ['?verify=yes', /true/],
    ['?models=', /comma/],
    ['?models=a,,b', /comma/],
    ['?models=a&models=b', /string/],
    ['?format=sqlite&models=a', /format=sqlite holds every model/],
  ] as const
  for (const [query, says] of mistakes) {
    const answer = await app.inject({ url: exportPath + query, headers: bearer })
    t.equal(answer.statusCode, 400, query)
    t.match(answer.json(), { code: 'usage', message: says, hint: String }, query)
  }
})

t.test('chosen models, a native copy and a proof are given when asked for', async (t) => {
  const { app, database } = await startService(t)
  const partial = await app.inject({ url: `${exportPath}?models=a`, headers: bearer })
  t.equal(partial.headers['octavo-records'], '19')
  const unknown = await app.inject({ url: `${exportPath}?models=nothing`, headers: bearer })
  t.equal(unknown.statusCode, 404)
  t.match(unknown.json(), { code: 'model-unknown' })

  const native = await app.inject({ url: `${exportPath}?format=sqlite`, headers: bearer })
  t.equal(native.headers['content-type'], 'application/vnd.sqlite3')
  t.match(native.headers['content-disposition'], /"sqlite_backup_\d{8}_\d{6}\.db"/)
  t.equal(native.headers['octavo-content-sha256'], undefined)
  t.match(native.headers['etag'], new RegExp(`^"${sha256(native.rawPayload)}-`))
  const copy = new Database(native.rawPayload)
  const original = new Database(database, { readonly: true })
  const all = 'SELECT * FROM a ORDER BY id'
  t.strictSame(copy.prepare(all).all(), original.prepare(all).all())
  copy.close()
  original.close()

  const proved = await app.inject({ url: `${exportPath}?verify=true`, headers: bearer })
  t.equal(proved.headers['octavo-verified'], 'snapshot')
})

t.test('with several databases the first answers unless one is named', async (t) => {
  const { database, folder } = await startService(t)
  const second = `${folder}/second.sqlite3`
  writeDatabase(second, 5)
  const databases = [chosen(database), chosen(second, 'second')]
  const { app } = await startService(t, { databases })
  const records = async (query: string): Promise<unknown> =>
    (await app.inject({ url: exportPath + query, headers: bearer })).headers['octavo-records']
  t.equal(await records(''), '20')
  t.equal(await records('?database=database'), '20')
  t.equal(await records('?database=second'), '5')
  const unknown = await app.inject({ url: `${exportPath}?database=third`, headers: bearer })
  t.equal(unknown.statusCode, 404)
  t.match(unknown.json(), { code: 'not-found', hint: /"database", "second"/ })
})

t.test('gzip is given to who asks for it, and the digest is of the gzip', async (t) => {
  const { app } = await startService(t)
  const accepted = [
    'gzip',
    'GZIP;q=0.1',
    'br, gzip;q=0.8, *;q=0.1',
    '*',
    'identity;q=0.2, gzip;q=0.3',
  ]
  for (const encoding of accepted) {
    const headers = { ...bearer, 'accept-encoding': encoding }
    const answer = await app.inject({ url: exportPath, headers })
    t.equal(answer.headers['content-encoding'], 'gzip', encoding)
    t.equal(Number(answer.headers['content-length']), answer.rawPayload.length)
    t.equal(answer.headers['repr-digest'], `sha-256=:${sha256(answer.rawPayload, 'base64')}:`)
    t.match(answer.headers['etag'], /-gzip"$/)
    t.match(answer.headers['content-disposition'], /\.json"$/)
    t.equal(JSON.parse(gunzipSync(answer.rawPayload).toString()).octavo, 1)
  }
  const refused = [
    '',
    'identity',
    'gzip;q=0',
    'gzip;q=0.000',
    'gzip;q=nonsense',
    'br',
    '*;q=0',
    'gzip;q=0, *',
    'gzip;q=0.5, identity',
    'gzip;q=1.5',
  ]
  for (const encoding of refused) {
    const headers = { ...bearer, 'accept-encoding': encoding }
    const answer = await app.inject({ url: exportPath, headers })
    t.equal(answer.headers['content-encoding'], undefined, encoding)
    t.equal(answer.json<{ octavo: number }>().octavo, 1, encoding)
  }
})

t.test('HEAD answers with the headers of a GET and no body', async (t) => {
  const { app } = await startService(t)
  const head = await app.inject({ method: 'HEAD', url: exportPath, headers: bearer })
  t.equal(head.statusCode, 200)
  t.equal(head.rawPayload.length, 0)
  t.ok(Number(head.headers['content-length']) > 1000)
  const ifMatch = { ...bearer, 'if-match': String(head.headers['etag']) }
  const get = await app.inject({ url: exportPath, headers: ifMatch })
  t.equal(get.statusCode, 200)
  for (const name of ['content-length', 'etag', 'repr-digest', 'octavo-export-date'])
    t.equal(get.headers[name], head.headers[name], name)
  t.equal((await app.inject({ method: 'HEAD', url: exportPath })).statusCode, 401)
})

t.test('the same content is not sent again to who has it', async (t) => {
  const { app, database } = await startService(t)
  const first = await app.inject({ url: exportPath, headers: bearer })
  const tag = String(first.headers['etag'])
  const matching = [tag, `W/${tag}`, `"other", ${tag}`, '*', tag.replace('identity', 'gzip')]
  for (const ifNoneMatch of matching) {
    const headers = { ...bearer, 'if-none-match': ifNoneMatch }
    const answer = await app.inject({ url: exportPath, headers })
    t.equal(answer.statusCode, 304, ifNoneMatch)
    t.equal(answer.rawPayload.length, 0)
    t.match(answer.headers['etag'], new RegExp(`^${tag.slice(0, 66)}`))
  }
  const writer = new Database(database)
  writer.exec('DELETE FROM a WHERE id = 7')
  writer.close()
  const changed = await app.inject({
    url: exportPath,
    headers: { ...bearer, 'if-none-match': tag },
  })
  t.equal(changed.statusCode, 200)
  t.equal(changed.headers['octavo-records'], '19')
})

t.test('a range continues exactly the kept export it names, else the whole is sent', async (t) => {
  const { app } = await startService(t)
  const whole = await app.inject({ url: exportPath, headers: bearer })
  const size = whole.rawPayload.length
  const etag = String(whole.headers['etag'])
  const ask = (range: string, tag?: string, more = {}) =>
    app.inject({
      url: exportPath,
      headers: { ...bearer, range, ...(tag !== undefined && { 'if-range': tag }), ...more },
    })
  const parts = [
    ['bytes=0-9', 0, 9],
    ['bytes=100-', 100, size - 1],
    ['bytes=-50', size - 50, size - 1],
    ['bytes=-999999999', 0, size - 1],
    [`bytes=5-${size * 2}`, 5, size - 1],
  ] as const
  for (const [range, start, end] of parts) {
    const answer = await ask(range, etag)
    t.equal(answer.statusCode, 206, range)
    t.equal(answer.headers['content-range'], `bytes ${start}-${end}/${size}`)
    t.equal(Number(answer.headers['content-length']), end - start + 1)
    t.ok(answer.rawPayload.equals(whole.rawPayload.subarray(start, end + 1)))
    t.equal(answer.headers['repr-digest'], whole.headers['repr-digest'])
    t.equal(answer.headers['etag'], etag)
  }
  for (const range of [`bytes=${size}-`, 'bytes=-0']) {
    const outside = await ask(range, etag)
    t.equal(outside.statusCode, 416, range)
    t.equal(outside.headers['content-range'], `bytes */${size}`)
    t.equal(outside.headers['etag'], undefined)
    t.match(outside.json(), { code: 'range-outside', hint: String })
  }
  for (const range of ['bytes=0-1,5-6', 'bytes=9-2', 'lines=1-2', 'bytes=a-b', 'bytes=-']) {
    const answer = await ask(range, etag)
    t.equal(answer.statusCode, 200, range)
    t.ok(answer.rawPayload.equals(whole.rawPayload))
  }
  const stale = [
    undefined,
    `W/${etag}`,
    '"stale"',
    new Date().toUTCString(),
    etag.replace(/-\d{3}-identity/, '-zzz-identity'),
  ]
  for (const tag of stale) {
    const answer = await ask('bytes=0-9', tag)
    t.equal(answer.statusCode, 200, String(tag))
    t.equal(answer.rawPayload.length, size)
    t.equal(answer.headers['content-range'], undefined)
  }
  const otherCoding = await ask('bytes=0-9', etag, { 'accept-encoding': 'gzip' })
  t.equal(otherCoding.statusCode, 200, 'a tag of the plain bytes names no part of the gzip')
})

t.test('a gzip answer continues byte for byte', async (t) => {
  const { app } = await startService(t)
  const headers = { ...bearer, 'accept-encoding': 'gzip' }
  const whole = await app.inject({ url: exportPath, headers })
  const ifRange = { 'if-range': String(whole.headers['etag']), range: 'bytes=40-' }
  const rest = await app.inject({ url: exportPath, headers: { ...headers, ...ifRange } })
  t.equal(rest.statusCode, 206)
  t.ok(rest.rawPayload.equals(whole.rawPayload.subarray(40)))
})

t.test('If-Match with an export that is not kept is refused', async (t) => {
  const { app } = await startService(t, { keepExportsMs: 0 })
  const first = await app.inject({ url: exportPath, headers: bearer })
  for (const ifMatch of [String(first.headers['etag']), '"nothing"']) {
    const answer = await app.inject({
      url: exportPath,
      headers: { ...bearer, 'if-match': ifMatch },
    })
    t.equal(answer.statusCode, 412)
    t.match(answer.json(), { code: 'export-gone' })
  }
})
