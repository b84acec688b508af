import { rmSync, writeFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { compileOctavo } from '../cli/octavo.js'
import { alarmLab, ended } from './alarm-lab.js'

compileOctavo()

const run = (minute: number): string[] => [
  'run-schedule',
  '--due',
  `2026-11-22T00:${String(minute).padStart(2, '0')}:00Z`,
]

t.test('a scheduled run tells its end, then what the check finds', async (t) => {
  const { folder, call, told } = await alarmLab(t)
  const tiny = { MIN_BACKUP_BYTES: '1000000' }
  const first = await call(run(1), tiny)
  ended(t, first, 0, 'the first run')
  t.match(first.err, /WARNING: check of database: the newest backup has .* \(too-small\)/)
  t.strictSame(told(), ['unhealthy too-small'])
  await call(run(2))
  t.strictSame(told(), ['recovery too-small'])

  const database = join(folder, 'lab.sqlite3')
  const content = readFileSync(database)
  rmSync(database)
  ended(t, await call(run(3)), 3, 'a run without its database')
  t.strictSame(told(), ['failure'], 'the check does not tell the same again')
  writeFileSync(database, content)
  ended(t, await call(run(4)), 0, 'the next run')
  t.strictSame(told(), ['recovery failed'])
})

t.test('a run that can not even begin is told of', async (t) => {
  const { folder, call, received, told } = await alarmLab(t)
  writeFileSync(join(folder, 'a-file'), '')
  for (const words of [run(1), ['backup']]) {
    ended(t, await call(words, { BACKUP_DIR: 'a-file' }), 1, words.join(' '))
    t.match(received[0]?.body, /no backup can begin: the folder .*a-file.* can not be made/)
    t.strictSame(told(), ['unhealthy not-begun'])
  }
})

t.test('a dead-man service is told of the start, and how the run ended', async (t) => {
  const { folder, call, env, received } = await alarmLab(t)
  const ping = { NOTIFY_PING_URL: env.NOTIFY_WEBHOOK_URL, NOTIFY_ON: 'summary' }
  const paths = () =>
    received.splice(0).map(({ method, path }) => `${method} ${path.split('?')[0]}`)
  const secretPath = '/services/T000/B000/tell-nobody'
  await call(run(1), ping)
  t.strictSame(paths(), [`GET ${secretPath}/start`, `GET ${secretPath}`])
  rmSync(join(folder, 'lab.sqlite3'))
  const failed = await call(run(2), ping)
  t.strictSame(paths(), [`GET ${secretPath}/start`, `GET ${secretPath}/fail`])
  t.notMatch(failed.err, 'tell-nobody')
})

t.test('the first run of a week that goes well sends a summary, once', async (t) => {
  const { folder, call, told, state, writeState } = await alarmLab(t)
  await call(run(1))
  await call(run(2))
  t.strictSame(told(), [], 'there was no week before')
  writeState('{"octavo_alarms":1,"told":[],"summary_at":"2026-01-01T00:00:00.000Z"}')
  const database = join(folder, 'lab.sqlite3')
  const content = readFileSync(database)
  rmSync(database)
  await call(run(3))
  t.strictSame(told(), ['failure'], 'a failed one sends none')
  writeFileSync(database, content)
  await call(['backup'])
  t.strictSame(told(), [], 'one that nobody scheduled sends none')
  await call(run(4))
  t.strictSame(told(), ['recovery failed', 'summary'])
  t.match(state()['summary_at'], /^20/)
  t.not(state()['summary_at'], '2026-01-01T00:00:00.000Z')
  await call(run(5))
  t.strictSame(told(), [])
})

t.test('a run that leaves no trace tells a dead-man service that it ran', async (t) => {
  const { call, env, received } = await alarmLab(t)
  await call(['backup'])
  const settings = {
    BACKUP_UNCHANGED: 'skip',
    NOTIFY_PING_URL: env.NOTIFY_WEBHOOK_URL,
    NOTIFY_ON: 'summary',
  }
  const ran = await call(run(1), settings)
  ended(t, ran, 0, 'the run')
  t.match(ran.err, /Nothing changed since backup [^]*Backup completed successfully/)
  t.match(received, [{ path: /\/start\?/ }, { path: /tell-nobody\?/ }])
  t.equal(received.length, 2)
})
