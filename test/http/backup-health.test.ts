import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { describeHealth } from '../../src/core/backups/describe-health.js'
import type { KnownBackups } from '../../src/core/backups/known-backups.js'
import { backup, failed, hour, known, now } from '../core/backups/records.js'
import { projectRoot } from '../house/source-files.js'
import { bearer, startService, type Service } from './service.js'

const path = '/api/health/backups'
const fresh = known([backup('b', { ageHours: 2, size: 700, models: { a: 7 } }), failed('a', 30)])
const old = known([backup('b', { ageHours: 30 })], { name: 'shop' })

interface Watched extends Service {
  databases: KnownBackups[]
  at: Date
  readonly reads: () => number
}

async function watched(t: Test, ...databases: KnownBackups[]): Promise<Watched> {
  let reads = 0
  const state = { databases, at: now }
  const service = await startService(t, {
    clock: { now: () => state.at, sleep: () => new Promise(() => undefined) },
    readHealth: async () => {
      reads += 1
      return describeHealth(state.databases, { maxDropPercent: 50 }, state.at)
    },
  })
  return Object.assign(state, service, { reads: () => reads })
}

t.test('where the backups are well everybody learns that, and nothing else', async (t) => {
  const { app } = await watched(t, fresh)
  const answer = await app.inject(path)
  t.equal(answer.statusCode, 200)
  t.equal(answer.body, '{"status":"ok"}')
  t.equal(answer.headers['cache-control'], 'no-store')
})

t.test('where they are not it is 503, and why is told with the key only', async (t) => {
  const { app } = await watched(t, fresh, old)
  const without = await app.inject(path)
  t.equal(without.statusCode, 503)
  t.equal(without.body, '{"status":"unhealthy"}')
  t.equal((await app.inject({ method: 'HEAD', url: path })).statusCode, 503)
  const answer = await app.inject({ url: path, headers: bearer })
  t.equal(answer.statusCode, 503)
  t.match(answer.json(), {
    status: 'unhealthy',
    checkedAt: now.toISOString(),
    databases: [
      {
        name: 'lab',
        newest: { id: 'b', format: 'json', size: 700, records: 7 },
        formats: [{ id: 'b', format: 'json' }],
        ageMs: 2 * hour,
      },
      { name: 'shop' },
    ],
    findings: [
      { check: 'too-old', database: 'shop', backup: 'b', message: /30 h/, hint: /octavo backup/ },
    ],
  })
})

t.test('a wrong key is refused, and learns no status', async (t) => {
  const { app, reads } = await watched(t, fresh)
  for (const url of [path, '/metrics']) {
    const answer = await app.inject({ url, headers: { authorization: 'Bearer wrong' } })
    t.equal(answer.statusCode, 401, url)
    t.notMatch(answer.body, /"status"|octavo_/)
  }
  t.equal(reads(), 0)
})

t.test('whoever asks often makes the catalog be read once in five seconds', async (t) => {
  const service = await watched(t, fresh)
  const { app, reads } = service
  await Promise.all([app.inject(path), app.inject(path), app.inject(path)])
  t.equal(reads(), 1)
  service.databases = [old]
  service.at = new Date(now.getTime() + 4_999)
  t.equal((await app.inject(path)).statusCode, 200)
  service.at = new Date(now.getTime() + 5_000)
  t.equal((await app.inject(path)).statusCode, 503)
  t.equal(reads(), 2)
  service.at = now
  await app.inject(path)
  t.equal(reads(), 3, 'a clock that was set back keeps nothing')
})

t.test(
  'a catalog that can not be read is a failure, and the next request tries again',
  async (t) => {
    let isBroken = true
    const { app, log } = await startService(t, {
      readHealth: async () => {
        if (isBroken) throw new Error('the catalog of /srv/secret is broken')
        return describeHealth([fresh], { maxDropPercent: 50 }, now)
      },
    })
    const answer = await app.inject(path)
    t.equal(answer.statusCode, 500)
    t.notMatch(answer.body, 'secret')
    t.match(log(), 'is broken')
    isBroken = false
    t.equal((await app.inject(path)).statusCode, 200)
  },
)

t.test('metrics are for the key, in the format of Prometheus', async (t) => {
  const { app } = await watched(t, fresh, old, known([], { name: 'new' }))
  t.equal((await app.inject('/metrics')).statusCode, 401)
  const answer = await app.inject({ url: '/metrics', headers: bearer })
  t.equal(answer.statusCode, 200)
  t.match(answer.headers['content-type'], /^text\/plain; version=0\.0\.4/)
  const lines = answer.body.split('\n')
  const at = Date.parse('2026-11-22T10:00:00Z') / 1000
  for (const line of [
    '# TYPE octavo_backup_age_seconds gauge',
    `octavo_backup_last_success_timestamp_seconds{database="lab",format="json"} ${at}`,
    'octavo_backup_age_seconds{database="lab"} 7200',
    'octavo_backup_age_seconds{database="shop"} 108000',
    'octavo_backup_size_bytes{database="lab",format="json"} 700',
    'octavo_backup_duration_seconds{database="lab",format="json"} 2',
    'octavo_backup_records{database="lab",format="json"} 7',
    'octavo_backup_verified_age_seconds{database="lab",format="json"} 7200',
    'octavo_backup_runs{database="lab",status="success"} 1',
    'octavo_backup_runs{database="lab",status="failed"} 1',
    'octavo_backup_runs{database="lab",status="in-progress"} 0',
    `octavo_schedule_last_success_timestamp_seconds{database="lab",schedule="daily"} ${at}`,
    'octavo_backup_findings{database="lab"} 0',
    'octavo_backup_findings{database="shop"} 1',
    'octavo_backup_findings{database="new"} 1',
  ])
    t.ok(lines.includes(line), line)
  t.notMatch(answer.body, 'octavo_backup_age_seconds{database="new"}')
})

t.test('with both formats each has its numbers, and the database one age', async (t) => {
  const page = backup('c', { ageHours: 1, size: 9000, format: 'sqlite', verdict: 'bytes' })
  const { app } = await watched(t, known([page, backup('b', { ageHours: 2, size: 700 })]))
  const { body } = await app.inject({ url: '/metrics', headers: bearer })
  const lines = body.split('\n')
  for (const line of [
    'octavo_backup_size_bytes{database="lab",format="sqlite"} 9000',
    'octavo_backup_size_bytes{database="lab",format="json"} 700',
    'octavo_backup_verified_age_seconds{database="lab",format="json"} 7200',
    'octavo_backup_age_seconds{database="lab"} 3600',
  ])
    t.ok(lines.includes(line), line)
  t.notMatch(body, 'octavo_backup_verified_age_seconds{database="lab",format="sqlite"}')
})

t.test('a name that Prometheus could misread is escaped', async (t) => {
  const { app } = await watched(t, known([], { name: 'a"b\\c\nd' }))
  const { body } = await app.inject({ url: '/metrics', headers: bearer })
  t.match(body, 'octavo_backup_findings{database="a\\"b\\\\c\\nd"} 1')
})

t.test('the OpenAPI document has both', async (t) => {
  const { app } = await watched(t, fresh)
  const { paths } = (await app.inject('/api/openapi.json')).json()
  t.match(paths[path], { get: { security: [{}, { key: [] }], responses: { 200: {}, 503: {} } } })
  t.match(paths['/metrics'], { get: { security: [{ key: [] }] } })
})

t.test('a service that knows nothing of backups has neither', async (t) => {
  const { app } = await startService(t)
  for (const url of [path, '/metrics'])
    t.equal((await app.inject({ url, headers: bearer })).statusCode, 404)
})

t.test('the answer that docs/http-api.md shows is one that the service gives', async (t) => {
  const page = readFileSync(join(projectRoot, 'docs/http-api.md'), 'utf8')
  const shown = /^## How the backups are$[^]*?```json\n(.*)\n```/m.exec(page)?.[1] ?? ''
  const record = backup('20261121T000003Z-5a01ce', {
    ageHours: (now.getTime() - Date.parse('2026-11-21T00:00:03.000Z')) / hour,
  })
  const { app } = await watched(t, known([record]))
  const answer: object = (await app.inject({ url: path, headers: bearer })).json()
  t.match(answer, { findings: JSON.parse(shown).findings, checkedAt: JSON.parse(shown).checkedAt })
  t.strictSame(shape(JSON.parse(shown)), shape(answer))
})

/** Names of members, without what they hold. */
function shape(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map(shape)
  if (typeof value !== 'object' || value === null) return value === null ? null : typeof value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shape(inner)]))
}
