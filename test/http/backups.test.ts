import { createHash } from 'node:crypto'
import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import t from 'tap'
import type { BackupRecord } from '../../src/core/backups/catalog.js'
import { readSizeChanges } from '../../src/jobs/backup/read-trend.js'
import { backup } from '../core/backups/records.js'
import { deskLab, keyed, soon, type DeskLab } from './desk-lab.js'
import { bearer, startService } from './service.js'

const path = '/api/backups'

async function get(lab: DeskLab, url: string, key = 'export') {
  const answer = await lab.app.inject({ url, headers: keyed(key) })
  return { status: answer.statusCode, body: answer.json() }
}

t.test('a service without a desk has none of it', async (t) => {
  const { app } = await startService(t)
  for (const url of [path, '/api/jobs'])
    t.equal((await app.inject({ url, headers: bearer })).statusCode, 404)
})

t.test('where there is no catalog there are no backups', async (t) => {
  const lab = await deskLab(t)
  t.match(await get(lab, path), { status: 200, body: { backups: [], next: null } })
  t.match(await get(lab, `${path}/20261122T000000Z-abcdef`), {
    status: 404,
    body: { code: 'not-found' },
  })
  t.match(await get(lab, `${path}/trend`), { status: 200, body: { format: null, points: [] } })
  const { shelf } = lab.desk
  const wish = { filter: {}, order: 'started', descending: true, offset: 0, limit: 50 } as const
  t.strictSame(await shelf.page(wish), { records: [], total: 0, unreadable: [] })
  t.strictSame(await shelf.choices(), { databases: [], labels: [], stores: [] })
  t.strictSame(await shelf.totals(), [])
  t.equal(await shelf.log('20261122T000000Z-abcdef'), null)
  const [first, second] = [await lab.backUp(), await lab.backUp()]
  t.match(await shelf.page(wish), { records: [{ id: second.id }, { id: first.id }], total: 2 })
  t.equal((await shelf.before(second))?.id, first.id)
  t.equal(await shelf.before(first), null)
  t.match(await shelf.totals(), [
    { store: 'one', backups: 2 },
    { store: 'two', backups: 2 },
  ])
  t.match(await shelf.log(first.id), /Starting database backup/)
})

t.test('backups are listed and shown, without the places of the machine', async (t) => {
  const lab = await deskLab(t)
  const record = await lab.backUp()
  const { catalog } = await lab.room()
  const message = `could not read x from disk ${lab.folder}/one beside ${lab.folder}/lab.sqlite3`
  await catalog.update(record.id, { warnings: [message] })
  const { body } = await get(lab, path)
  t.equal(body.backups.length, 1)
  t.match(body.backups[0], {
    id: record.id,
    database: 'database',
    format: 'json',
    status: 'success',
    startedBy: 'test',
    size: readFileSync(lab.archivePath(record)).length,
    records: 5,
    contentSha256: record.manifest?.content_sha256,
    encrypted: false,
    verifiedAt: '2026-11-22T00:00:00.000Z',
    copies: [
      { store: 'one', verified: 'snapshot' },
      { store: 'two', verified: 'snapshot' },
    ],
    pinned: false,
    error: null,
    warnings: ['could not read x from disk "one" beside "database"'],
  })
  const one = await get(lab, `${path}/${record.id}/`, 'manage')
  t.match(one.body, {
    id: record.id,
    models: [{ model: 'empty' }, { model: 'machine', records: 2 }, { model: 'entry' }],
    excludedRows: [],
  })
  t.notMatch(JSON.stringify([body, one.body]), lab.folder)
  t.notMatch(JSON.stringify([body, one.body]), /process|leaving/)
  const answer = await lab.app.inject({ url: path, headers: keyed('export') })
  t.equal(answer.headers['cache-control'], 'no-store')
})

t.test('what a run failed of is told; a fault of the machine is kept back', async (t) => {
  const lab = await deskLab(t)
  const { catalog } = await lab.room()
  const fault = (code: 'space-short' | 'internal', message: string) => {
    return {
      status: 'failed',
      manifest: null,
      copies: [],
      error: { code, message, hint: 'Look.', details: {} },
    } as const
  }
  await catalog.add(
    backup('20261122T000000Z-aaaaaa', {
      ageHours: 1,
      change: fault('space-short', 'the disk is full'),
    }),
  )
  await catalog.add(
    backup('20261122T000000Z-bbbbbb', { ageHours: 2, change: fault('internal', 'secret place') }),
  )
  const { body } = await get(lab, path)
  t.match(body.backups, [
    { error: { code: 'space-short', message: 'the disk is full', hint: 'Look.' }, size: null },
    { error: { code: 'internal', message: /^the service failed; `octavo show/ } },
  ])
  t.notMatch(JSON.stringify(body), 'secret')
})

t.test('pages hold every backup once, whatever the filter', async (t) => {
  const lab = await deskLab(t)
  const { catalog } = await lab.room()
  const ids: string[] = []
  for (let number = 1; number <= 9; number += 1) {
    const id = `20261122T000000Z-00000${number}`
    ids.push(id)
    const label = number % 2 === 0 ? 'dev' : 'prod'
    const format = number % 3 === 0 ? 'sqlite' : 'json'
    await catalog.add(backup(id, { ageHours: number, format, change: { label } }))
  }
  const pages = async (query: string): Promise<string[]> => {
    const found: string[] = []
    let cursor = ''
    for (let page = 0; page < 20; page += 1) {
      const { body } = await get(lab, `${path}?${query}${cursor}`)
      found.push(...body.backups.map(({ id }: BackupRecord) => id))
      if (body.next === null) return found
      cursor = `&cursor=${body.next}`
    }
    throw new Error('the pages have no end')
  }
  t.strictSame(await pages('limit=2'), ids)
  t.strictSame(await pages('limit=9'), ids, 'a last page that is full')
  t.strictSame(await pages('limit=1&format=sqlite'), [ids[2], ids[5], ids[8]])
  t.strictSame(
    await pages('limit=1&label=dev&status=success'),
    [1, 3, 5, 7].map((at) => ids[at]),
  )
  t.strictSame(await pages('database=lab'), ids)
  t.strictSame(await pages('database=other'), [])
  t.strictSame(await pages('status=failed'), [])
})

t.test('a query with a mistake is refused', async (t) => {
  const lab = await deskLab(t)
  const id = '20261122T000000Z-abcdef'
  for (const url of [
    `${path}?limit=0`,
    `${path}?limit=201`,
    `${path}?limit=1e2`,
    `${path}?cursor=abc`,
    `${path}?cursor=${Buffer.from('["x","y"]').toString('base64url')}`,
    `${path}?statuss=failed`,
    `${path}/${id}?x=1`,
    `${path}/latest`,
    `${path}/trend?last=0`,
    `${path}/${id}/archive?stores=one`,
  ])
    t.match(await get(lab, url), { status: 400, body: { code: 'usage' } }, url)
})

t.test('a trend goes from old to new, and does not mix formats', async (t) => {
  const lab = await deskLab(t)
  const { catalog } = await lab.room()
  for (let number = 1; number <= 6; number += 1)
    await catalog.add(
      backup(`20261122T000000Z-00000${number}`, {
        ageHours: number,
        size: 1000 - number,
        format: number % 3 === 0 ? 'sqlite' : 'json',
        ...(number === 2 && {
          change: { manifest: null, unchangedFrom: '20261122T000000Z-000004' },
        }),
        change: {
          database: 'database',
          ...(number === 4 && { copies: [] }),
          ...(number === 2 && { manifest: null }),
        },
      }),
    )
  const sizes = async (query: string) => {
    const { body } = await get(lab, `${path}/trend?${query}`)
    return [body.format, ...body.points.map(({ size }: { size: number }) => size)]
  }
  t.strictSame(await sizes(''), ['json', 995, 996, 999], 'one that was pruned is in it')
  t.strictSame(await sizes('last=2'), ['json', 996, 999])
  t.strictSame(await sizes('database=database&format=sqlite'), ['sqlite', 994, 997])
  t.match((await get(lab, `${path}/trend?database=other`)).status, 404)
  const { body } = await get(lab, `${path}/trend?last=1`)
  t.match(body.points, [{ id: '20261122T000000Z-000001', records: 100, durationMs: 1500 }])
})

t.test('while another process holds the catalog the service answers the others', async (t) => {
  const lab = await deskLab(t)
  const { id } = await lab.known()
  const other = new Database(join(lab.folder, 'backups/.octavo/catalog.sqlite3'))
  t.teardown(() => other.close())
  other.exec('BEGIN EXCLUSIVE')
  let isListed = false
  const list = get(lab, path).finally(() => (isListed = true))
  for (let asked = 0; asked < 20; asked += 1)
    t.equal((await lab.app.inject('/api/health')).statusCode, 200)
  t.notOk(isListed)
  other.exec('ROLLBACK')
  t.match(await list, { status: 200, body: { backups: [{ id }] } })
})

t.test('sizes are compared with the backup before of the same kind, listed or not', async (t) => {
  const lab = await deskLab(t)
  const { catalog } = await lab.room()
  const sizes = [1500, 70, 1000, 70, 0, 10] as const
  for (const [index, size] of sizes.entries()) {
    const format = size === 70 ? 'sqlite' : 'json'
    await catalog.add(backup(`20261122T000000Z-00000${index}`, { ageHours: index, size, format }))
  }
  const listed = await catalog.list({ limit: 5 })
  const changes = await readSizeChanges(catalog, listed)
  t.strictSame(
    listed.map(({ id }) => changes.get(id) ?? null),
    [
      { bytes: 500, percent: 50 },
      { bytes: 0, percent: 0 },
      { bytes: 1000, percent: null },
      null,
      { bytes: -10, percent: -100 },
    ],
  )
})

t.test('an archive arrives as it is stored', async (t) => {
  const lab = await deskLab(t)
  const record = await lab.backUp()
  const stored = readFileSync(lab.archivePath(record))
  const sha256 = createHash('sha256').update(stored).digest()
  const url = `${path}/${record.id}/archive`
  const answer = await lab.app.inject({ url, headers: keyed('export') })
  t.equal(answer.statusCode, 200)
  t.ok(answer.rawPayload.equals(stored))
  const headers = {
    'content-length': String(stored.length),
    'content-disposition': 'attachment; filename="database_backup_2026-11-22_00-00-00.json.gz"',
    'content-type': 'application/octet-stream',
    etag: `"${sha256.toString('hex')}"`,
    'repr-digest': `sha-256=:${sha256.toString('base64')}:`,
    'accept-ranges': 'bytes',
    'cache-control': 'no-store',
  }
  t.match(answer.headers, { ...headers, 'octavo-store': 'one' })
  t.equal(answer.headers['content-encoding'], undefined)
  const head = await lab.app.inject({ method: 'HEAD', url, headers: keyed('export') })
  t.match(head.headers, headers)
  t.equal(head.body, '')
  const known = { ...keyed('export'), 'if-none-match': headers.etag }
  t.equal((await lab.app.inject({ url, headers: known })).statusCode, 304)
  const other = await lab.app.inject({ url: `${url}/?store=two`, headers: keyed('export') })
  t.equal(other.headers['octavo-store'], 'two')
  t.match(await get(lab, `${url}?store=three`), { status: 404, body: { code: 'not-found' } })
  await soon(() => lab.audit.length === 2)
  t.match(lab.audit, [
    {
      who: 'key export',
      from: '127.0.0.1',
      action: 'download',
      subject: record.id,
      detail: /^bytes 0-\d+ from one/,
    },
    { detail: /from two/ },
  ])
})

t.test('a part of an archive needs no If-Range, and heeds one', async (t) => {
  const lab = await deskLab(t)
  const record = await lab.backUp()
  const stored = readFileSync(lab.archivePath(record))
  const url = `${path}/${record.id}/archive`
  const part = async (range: string, more: Record<string, string> = {}) => {
    const headers = { ...keyed('export'), range, ...more }
    const answer = await lab.app.inject({ url, headers })
    return {
      status: answer.statusCode,
      range: answer.headers['content-range'],
      bytes: answer.rawPayload,
    }
  }
  const { length } = stored
  t.strictSame(await part('bytes=10-19'), {
    status: 206,
    range: `bytes 10-19/${length}`,
    bytes: stored.subarray(10, 20),
  })
  t.strictSame((await part('bytes=-7')).bytes, stored.subarray(-7))
  t.strictSame((await part('bytes=20-')).bytes, stored.subarray(20))
  t.strictSame((await part('bytes=0-')).bytes, stored)
  t.match(await part(`bytes=${length}-`), { status: 416, range: `bytes */${length}` })
  const etag = `"${record.manifest?.archive.sha256}"`
  t.equal((await part('bytes=0-1', { 'if-range': etag })).status, 206)
  t.equal((await part('bytes=0-1', { 'if-range': '"another"' })).status, 200)
})

t.test('a copy that is damaged, cut or gone is passed over for the next', async (t) => {
  const lab = await deskLab(t)
  const record = await lab.backUp()
  const file = lab.archivePath(record)
  const stored = readFileSync(file)
  const url = `${path}/${record.id}/archive`
  const damaged = Buffer.from(stored)
  damaged.writeUInt8(damaged.readUInt8(20) ^ 1, 20)
  const spoil: [string, () => void][] = [
    ['damaged', () => writeFileSync(file, damaged)],
    ['cut', () => truncateSync(file, 30)],
    ['longer', () => writeFileSync(file, Buffer.concat([stored, stored]))],
    ['gone', () => rmSync(file)],
  ]
  for (const [how, make] of spoil) {
    make()
    const answer = await lab.app.inject({ url, headers: keyed('export') })
    t.equal(answer.statusCode, 200, how)
    t.equal(answer.headers['octavo-store'], 'two', how)
    t.ok(answer.rawPayload.equals(stored), how)
  }
  t.match(lab.log(), /a copy could not be read/)
  writeFileSync(file, damaged)
  const alone = await get(lab, `${url}?store=one`)
  t.match(alone, { status: 422, body: { code: 'document-altered' } })
  t.notMatch(alone.body.message, lab.folder)
})

t.test('of a large archive that is damaged the last bytes never arrive', async (t) => {
  const lab = await deskLab(t)
  const record = await lab.backUp()
  const { manifest } = record
  if (!manifest) throw new Error('a backup has a manifest')
  const bytes = Buffer.alloc(1_500_000, 'octavo')
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const { catalog } = await lab.room()
  const archive = { ...manifest.archive, size: bytes.length, sha256 }
  await catalog.update(record.id, { manifest: { ...manifest, archive } })
  const port = await lab.listen()
  const fetched = async (range?: string): Promise<number | string> => {
    const address = `http://127.0.0.1:${port}${path}/${record.id}/archive?store=one`
    const headers = { ...keyed('export'), ...(range && { range }) }
    const answer = await fetch(address, { headers })
    return answer.arrayBuffer().then(
      ({ byteLength }) => byteLength,
      () => `broke off after ${answer.status}`,
    )
  }
  writeFileSync(lab.archivePath(record), bytes)
  t.equal(await fetched(), bytes.length)
  const damaged = Buffer.from(bytes)
  damaged.writeUInt8(1, 7)
  writeFileSync(lab.archivePath(record), damaged)
  t.equal(await fetched(), 'broke off after 200')
  writeFileSync(lab.archivePath(record), bytes.subarray(0, 1_000_000))
  t.equal(await fetched(), 'broke off after 200')
  t.equal(await fetched('bytes=5-'), 'broke off after 206')
  t.equal(await fetched('bytes=0-999999'), 1_000_000)
  await soon(() => lab.audit.length === 5)
  t.strictSame(
    lab.audit.map(({ outcome }) => outcome),
    ['done', 'failed', 'failed', 'failed', 'done'],
  )
})

t.test('a client that leaves ends the read', async (t) => {
  const lab = await deskLab(t)
  const record = await lab.backUp()
  let isClosed = false
  let given = 0
  lab.desk.shelf.archive = async (_, { signal }) => ({
    store: 'one',
    pieces: (async function* () {
      for (; !signal.aborted; given += 1) yield Buffer.alloc(65_536)
    })(),
    close: async () => void (isClosed = true),
  })
  const port = await lab.listen()
  const socket = connect(port, '127.0.0.1')
  const { authorization } = keyed('export')
  socket.write(
    `GET ${path}/${record.id}/archive HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\n\r\n`,
  )
  await new Promise((resolve) => socket.once('data', resolve))
  socket.destroy()
  await soon(() => isClosed)
  await soon(() => lab.audit.length === 1)
  t.match(lab.audit, [{ outcome: 'failed', detail: /broken off/ }])
})

t.test('each of it needs a scope; who has none is refused and noted', async (t) => {
  const lab = await deskLab(t)
  const { id } = await lab.known()
  const one = `${path}/${id}`
  const body = { into: 'database', confirm: 'database' }
  const cases = [
    ['GET', path, ['restore', 'metrics'], null],
    ['GET', one, ['restore', 'metrics'], null],
    ['GET', `${path}/trend`, ['restore', 'metrics'], null],
    ['GET', '/api/jobs', ['metrics'], null],
    ['GET', '/api/jobs/x', ['metrics'], null],
    ['GET', `${one}/archive`, ['manage', 'restore', 'metrics'], 'download'],
    ['POST', `${one}/compare`, ['manage', 'restore', 'metrics'], 'compare'],
    ['POST', path, ['export', 'restore', 'metrics'], 'backup'],
    ['POST', `${one}/verify`, ['export', 'restore', 'metrics'], 'verify'],
    ['PUT', `${one}/pin`, ['export', 'restore', 'metrics'], 'pin'],
    ['DELETE', `${one}/pin`, ['export', 'restore', 'metrics'], 'unpin'],
    ['DELETE', one, ['export', 'restore', 'metrics'], 'remove'],
    ['POST', `${one}/restore`, ['export', 'manage', 'metrics'], 'restore'],
    ['POST', '/api/databases/database/undo', ['export', 'manage', 'metrics'], 'undo'],
  ] as const
  for (const [method, url, refused, action] of cases) {
    for (const key of [...refused, null]) {
      const headers = key === null ? bearer : keyed(key)
      // BACKUP_API_KEY reads, and changes nothing.
      if (key === null && (method === 'GET' || action === 'compare')) continue
      lab.audit.splice(0)
      const answer = await lab.app.inject({
        method,
        url,
        headers,
        ...(method === 'POST' && { payload: body }),
      })
      const what = `${method} ${url} with ${key ?? 'BACKUP_API_KEY'}`
      t.equal(answer.statusCode, 403, what)
      t.equal(answer.json().code, 'scope-missing', what)
      const who = key === null ? 'BACKUP_API_KEY' : `key ${key}`
      const entry = { who, from: '127.0.0.1', action, outcome: 'refused', detail: /^scope-missing/ }
      t.match(lab.audit, action === null ? [] : [entry], what)
      t.equal(lab.audit.length, action === null ? 0 : 1, what)
    }
    t.equal((await lab.app.inject({ method, url })).statusCode, 401)
  }
  t.strictSame(lab.held.started, [])
  t.match(await lab.desk.shelf.get(id), { pinned: false })
})

t.test('another method than an address with an id answers gets 405', async (t) => {
  const lab = await deskLab(t)
  const answer = await lab.app.inject({
    method: 'PATCH',
    url: `${path}/20261122T000000Z-abcdef/`,
    headers: keyed('manage'),
  })
  t.equal(answer.statusCode, 405)
  t.equal(answer.headers.allow, 'DELETE, GET, HEAD')
})
