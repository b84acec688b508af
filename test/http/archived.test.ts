import { mkdirSync, readdirSync, readFileSync, renameSync, statSync } from 'node:fs'
import { symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { Clock } from '../../src/core/clock.js'
import { ArchivedState } from '../../src/http/archived-state.js'
import { watchArchive } from '../../src/http/watch-archive.js'
import {
  bearer,
  chosen,
  exportPath,
  startService,
  until,
  wallClock,
  type Service,
} from './service.js'

const path = '/api/backup/archived'
const archived = {
  database: 'database',
  repository: 'lab/backups',
  commit: 'c'.repeat(40),
  name: 'database_backup_2026-11-22_00-17-00',
  content_sha256: 'd'.repeat(64),
  at: '2026-11-22T00:20:00.000Z',
}

const tell = ({ app }: Service, payload: object = archived, url = path) =>
  app.inject({ method: 'POST', url, headers: bearer, payload })
const ask = async ({ app }: Service) => (await app.inject({ url: path, headers: bearer })).json()

const fileOf = ({ folder }: Service) => join(folder, '.db.sqlite3.octavo-archived.json')

function clockAt(at: string): Clock {
  return { ...wallClock, now: () => new Date(at) }
}

t.test('what was archived is told, kept over a start, and shown to who has the key', async (t) => {
  const clock = clockAt('2026-11-25T00:00:00.000Z')
  const first = await startService(t, { clock, routePrefix: '/schedule' })
  t.strictSame(await ask(first), {
    databases: [{ name: 'database', archived: null, overdue: false }],
  })
  t.equal((await tell(first, archived, `/schedule${path}/`)).statusCode, 204)
  t.strictSame(await ask(first), { databases: [{ name: 'database', archived, overdue: false }] })
  t.match(first.log(), /archived \\"database\\" as database_backup_2026-11-22/)
  const file = fileOf(first)
  t.equal(statSync(file).mode & 0o777, 0o600)
  t.equal((await tell(first, { ...archived, at: '2026-11-15T00:20:00.000Z' })).statusCode, 204)
  t.match(await ask(first), { databases: [{ archived: { at: archived.at } }] }, 'the newer stays')
  await first.app.close()
  const kept = readFileSync(file, 'utf8')
  const databases = [chosen(first.database)]
  const second = await startService(t, { clock, databases })
  t.match(await ask(second), { databases: [{ archived }] })
  writeFileSync(file, kept.slice(0, 40))
  const third = await startService(t, { clock, databases })
  t.match(await ask(third), { databases: [{ archived: null }] }, 'a broken file is as none')
})

t.test('the note is beside the file that a link leads to, for each name of its own', async (t) => {
  const clock = clockAt('2026-11-25T00:00:00.000Z')
  const first = await startService(t, { clock })
  const link = join(first.folder, 'link.sqlite3')
  symlinkSync(first.database, link)
  await tell(first)
  const databases = [chosen(link, 'linked'), chosen(first.database)]
  const second = await startService(t, { clock, databases })
  const linked = { ...archived, database: 'linked', at: '2026-11-23T00:20:00.000Z' }
  await Promise.all([tell(second, linked), tell(second, { ...archived, at: linked.at })])
  const third = await startService(t, { clock, databases })
  t.match(await ask(third), {
    databases: [
      { name: 'linked', archived: linked },
      { name: 'database', archived: { ...archived, at: linked.at } },
    ],
  })
  t.same(
    readdirSync(first.folder).filter((name) => name.includes('archived')),
    ['.db.sqlite3.octavo-archived.json'],
  )
})

t.test('where it can not be kept beside the database, it is in the spool folder', async (t) => {
  const clock = clockAt('2026-11-25T00:00:00.000Z')
  const first = await startService(t, { clock })
  // No file takes the place of a folder, whoever runs this.
  mkdirSync(fileOf(first))
  t.equal((await tell(first)).statusCode, 204)
  const newer = { ...archived, at: '2026-11-24T00:20:00.000Z' }
  t.equal((await tell(first, newer)).statusCode, 204)
  t.equal(first.log().split('can not be written to').length - 1, 1, 'it is said once')
  t.match(first.log(), /\.db\.sqlite3\.octavo-archived\.json: it is kept in .*archived\.json/)
  const kept = { clock, databases: [chosen(first.database)], spoolFolder: first.spool }
  t.match(await ask(await startService(t, kept)), { databases: [{ archived: newer }] })
  t.equal((await first.app.inject({ url: exportPath, headers: bearer })).statusCode, 200)
  renameSync(fileOf(first), `${fileOf(first)}.away`)
  const newest = { ...archived, at: '2026-11-24T12:20:00.000Z' }
  const third = await startService(t, kept)
  await tell(third, newest)
  t.match(await ask(await startService(t, kept)), { databases: [{ archived: newest }] })
})

t.test('a time to come is refused, and one that is known keeps nothing out', async (t) => {
  const clock = clockAt('2026-11-25T00:00:00.000Z')
  const first = await startService(t, { clock })
  const far = await tell(first, { ...archived, at: '2026-11-26T00:00:00.001Z' })
  t.match(far.json(), { code: 'usage', message: /of 2026-11-26T.* and it is 2026-11-25T/ })
  t.equal(far.statusCode, 400)
  t.match(await ask(first), { databases: [{ archived: null }] })
  const ahead = { ...archived, at: '2026-11-25T23:00:00.000Z' }
  t.equal((await tell(first, ahead)).statusCode, 204, 'two clocks may differ')
  t.equal((await tell(first)).statusCode, 204)
  t.match(await ask(first), { databases: [{ archived: { at: archived.at } }] })
  const file = { octavo_archived: 1, databases: [{ ...archived, at: '2099-01-01T00:00:00.000Z' }] }
  writeFileSync(fileOf(first), JSON.stringify(file))
  const second = await startService(t, { clock, databases: [chosen(first.database)] })
  await tell(second)
  t.match(await ask(second), { databases: [{ archived: { at: archived.at } }] })
})

t.test('without the key nothing is told or shown, and what is no notice is refused', async (t) => {
  const service = await startService(t)
  for (const method of ['GET', 'POST'] as const) {
    const headers = { authorization: 'Bearer another-key-0123456789abcdef' }
    const payload = method === 'POST' ? { payload: archived } : {}
    const { statusCode } = await service.app.inject({ method, url: path, headers, ...payload })
    t.equal(statusCode, 401, method)
  }
  for (const [payload, status] of [
    [{ ...archived, commit: 'x' }, 400],
    [{ ...archived, repository: 'https://example.org' }, 400],
    [{ ...archived, at: 'yesterday' }, 400],
    [{ ...archived, database: 'other' }, 404],
    [{}, 400],
  ] as const)
    t.equal((await tell(service, payload)).statusCode, status)
  t.match(await ask(service), { databases: [{ archived: null }] })
})

t.test('an archive that stopped is said in the log, at the start and once a day', async (t) => {
  const early = clockAt('2026-11-30T00:00:00.000Z')
  const first = await startService(t, { clock: early })
  await tell(first)
  t.match(await ask(first), { databases: [{ overdue: false }] })
  t.notMatch(first.log(), /see why the archive stopped/)
  await first.app.close()
  const clock = clockAt('2026-11-30T00:20:01.000Z')
  const databases = [chosen(first.database)]
  const service = await startService(t, { clock, databases })
  t.match(service.log(), /the last archived backup of \\"database\\" is of 2026-11-22T00:20/)
  t.match(await ask(service), { databases: [{ overdue: true }] })
  const end = new AbortController()
  const said: unknown[] = []
  const log = { warn: (...words: unknown[]) => void said.push(words) }
  const state = await ArchivedState.open({ databases, spoolFolder: first.spool, clock, log })
  watchArchive({ state, databases, clock, log, signal: end.signal, everyMs: 5 })
  await until(() => said.length > 2)
  end.abort()
})

t.test('OpenAPI describes it', async (t) => {
  const { app } = await startService(t)
  const { paths } = (await app.inject('/api/openapi.json')).json()
  t.match(paths[path], { get: { security: [{ key: [] }] }, post: { responses: { 204: {} } } })
})
