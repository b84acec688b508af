import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { cliPath, compileOctavo } from '../cli/octavo.js'
import { launch, type Running } from '../support/launch.js'
import { alarmLab, ended } from './alarm-lab.js'

compileOctavo()

const key = 'a-key-of-the-tests-0123456789abcdef'
const headers = { authorization: `Bearer ${key}` }

async function served(t: Test, more: Record<string, string> = {}) {
  const lab = await alarmLab(t)
  const env = { ...lab.env, BACKUP_API_KEY: key, PORT: '0', HOST: '127.0.0.1', ...more }
  const service = launch(t, [cliPath, 'serve'], lab.folder, env)
  const url = await service.waitFor(/Server listening at (http:[^"]+)"/)
  const ask = async (path: string, request: RequestInit = {}) => {
    const answer = await fetch(url + path, request)
    return { status: answer.status, body: await answer.text() }
  }
  return { ...lab, ask, service }
}

const isLinux = existsSync('/proc/self/maps')

/** Whether a process has SQLite in its memory; null on systems that do not tell. */
function hasSqlite({ child }: Running): boolean | null {
  return isLinux
    ? readFileSync(`/proc/${child.pid}/maps`, 'utf8').includes('better_sqlite3.node')
    : null
}

t.test(
  'without a catalog there is no backup, and nothing is made or loaded to say so',
  async (t) => {
    const { folder, ask, service } = await served(t)
    t.strictSame(await ask('/api/health/backups'), { status: 503, body: '{"status":"unhealthy"}' })
    t.match((await ask('/api/health/backups', { headers })).body, '"check":"missing"')
    t.equal((await ask('/metrics', { headers })).status, 200)
    t.notOk(existsSync(join(folder, 'backups')))
    t.not(hasSqlite(service), true)
  },
)

t.test('the service says how the backups are that other processes make', async (t) => {
  const { call, ask, service } = await served(t)
  ended(t, await call(['backup']), 0, 'backup')
  t.strictSame(await ask('/api/health/backups'), { status: 200, body: '{"status":"ok"}' })
  const found = await ask('/api/health/backups', { headers })
  t.match(JSON.parse(found.body), {
    status: 'ok',
    databases: [{ name: 'database', newest: { records: 5 } }],
    findings: [],
  })
  const metrics = await ask('/metrics', { headers })
  t.match(metrics.body, /^octavo_backup_records\{database="database",format="json"\} 5$/m)
  t.match(metrics.body, /^octavo_backup_runs\{database="database",status="success"\} 1$/m)
  t.not(hasSqlite(service), false)
})

t.test('where no schedule is on, no backup is well', async (t) => {
  const { ask } = await served(t, { SCHEDULE: 'off' })
  t.strictSame(await ask('/api/health/backups'), { status: 200, body: '{"status":"ok"}' })
})

t.test('an archive that the archiver reported is as good as a backup', async (t) => {
  const { ask, check } = await served(t)
  const archived = {
    database: 'database',
    repository: 'lab/backups',
    commit: 'a'.repeat(40),
    name: 'database_backup_2026-11-22_00-17-00',
    content_sha256: 'b'.repeat(64),
    at: new Date().toISOString(),
  }
  const told = await ask('/api/backup/archived', {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(archived),
  })
  t.equal(told.status, 204, told.body)
  t.strictSame(await ask('/api/health/backups'), { status: 200, body: '{"status":"ok"}' })
  const { exit, health } = await check()
  t.equal(exit, 0)
  t.match(health.databases, [{ newest: null, archivedAt: archived.at }])
})
