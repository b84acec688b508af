import { rmSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { compileOctavo } from '../cli/octavo.js'
import { webhookSignature } from '../../src/notifiers/webhook.js'
import { alarmLab, ended, secret } from './alarm-lab.js'

compileOctavo()

t.test('check tells what is wrong, and once it is right that all is well', async (t) => {
  const { call, check } = await alarmLab(t)
  const none = await call(['check'])
  ended(t, none, 4, 'before the first backup')
  t.match(none.out, /^database +newest backup/)
  t.match(
    none.err,
    /error: 1 finding about the backups\n {2}database: there is no backup yet \(missing\)\n {4}See/,
  )
  const quiet = await call(['check', '--quiet'])
  ended(t, quiet, 4, 'check --quiet')
  t.equal(quiet.out, '')
  t.match(quiet.err, 'there is no backup yet')

  ended(t, await call(['backup']), 0, 'backup')
  const well = await call(['check'])
  ended(t, well, 0, 'with a backup')
  t.match(well.out, /\ndatabase +\d{8}T\d{6}Z-[0-9a-f]{6} +0 min +5 +\d{4}-[^]*all is well\n$/)
  const nothing = await call(['check', '--quiet'])
  t.strictSame([nothing.exit, nothing.out, nothing.err], [0, '', ''])
  const { health } = await check()
  t.match(health, {
    ok: true,
    findings: [],
    databases: [{ name: 'database', newest: { records: 5 }, runs: { success: 1 } }],
  })
})

t.test('without a schedule no backup is missing', async (t) => {
  const { check } = await alarmLab(t)
  const { exit, health } = await check({ SCHEDULE: 'off' })
  t.equal(exit, 0)
  t.strictSame(health.findings, [])
})

t.test('sizes and lost records are found by the settings', async (t) => {
  const { call, check, change } = await alarmLab(t)
  change(`WITH RECURSIVE n(i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM n WHERE i < 39)
    INSERT INTO entry SELECT i, 1, NULL FROM n`)
  await call(['backup'])
  change('DELETE FROM entry WHERE id > 12')
  await call(['backup'])
  const checks = async (settings: Record<string, string>) =>
    (await check(settings)).health.findings.map(({ check: name, message }) => `${name}: ${message}`)
  t.match(await checks({}), [/^drop: entry has 6 records, and had 33 in backup /])
  t.strictSame(await checks({ MAX_DROP_PERCENT: '90' }), [])
  const settings = { MAX_DROP_PERCENT: '90', MIN_BACKUP_BYTES: '1000000', MAX_TOTAL_BYTES: '10' }
  t.match(await checks(settings), [/^too-small: /, /^total-size: all backups in disk take /])
  await call(['backup'])
  t.strictSame(await checks({}), [], 'the next backup has lost nothing')
})

t.test('what is wrong is told once, signed, and so is its end', async (t) => {
  const { call, told, received, state } = await alarmLab(t)
  await call(['check'])
  const [notice] = received
  t.equal(
    notice?.headers['octavo-signature'],
    webhookSignature(secret, String(notice?.headers['octavo-timestamp']), notice?.body ?? ''),
  )
  t.strictSame(told(), ['unhealthy missing'])
  await call(['check'])
  t.strictSame(told(), [], 'the second check tells nobody')
  t.match(state(), { octavo_alarms: 1, told: [{ check: 'missing', database: 'database' }] })
  await call(['backup'])
  await call(['check'])
  t.strictSame(told(), ['recovery missing'])
  await call(['check'])
  t.strictSame(told(), [])
})

t.test('what no channel took is told again, and the check says so', async (t) => {
  const { call, told, hasState } = await alarmLab(t, [{ status: 404 }])
  const refused = await call(['check'])
  ended(t, refused, 4, 'check')
  t.match(refused.err, /WARNING: no notice of unhealthy: webhook http:.*: it answered 404\n/)
  t.notMatch(refused.err + refused.out, 'tell-nobody')
  t.equal(hasState(), false)
  told()
  await call(['check'])
  t.strictSame(told(), ['unhealthy missing'])
})

t.test('what was told and is damaged is told again', async (t) => {
  const { call, told, writeState } = await alarmLab(t)
  await call(['check'])
  writeState('{"octavo_alarms":1,"told":[{')
  await call(['check'])
  t.strictSame(told(), ['unhealthy missing', 'unhealthy missing'])
})

t.test('a backup that fails is told by its run, and not again by the check', async (t) => {
  const { folder, call, told, check } = await alarmLab(t)
  await call(['backup'])
  rmSync(join(folder, 'lab.sqlite3'))
  const failed = await call(['backup'])
  ended(t, failed, 3, 'backup')
  t.strictSame(told(), ['failure'])
  const { exit, health } = await check()
  t.equal(exit, 4)
  t.match(health.findings, [{ check: 'failed', message: /the last run \(json\) failed: / }])
  t.strictSame(told(), [])
})

t.test('a channel that fails, or can not be used, fails no backup', async (t) => {
  const { call, told } = await alarmLab(t, [{ status: 404 }])
  const settings = { NOTIFY_ON: 'success', NOTIFY_MAIL_TO: 'admin@example.org' }
  const made = await call(['backup'], settings)
  ended(t, made, 0, 'backup')
  t.match(made.err, 'WARNING: nobody is notified there: SMTP_URL is missing, which mail needs.')
  t.match(made.err, /WARNING: no notice of success: webhook .*: it answered 404/)
  t.strictSame(told(), ['success'])
})

t.test('a channel whose setting is wrong is told before anything is done', async (t) => {
  const { call } = await alarmLab(t)
  const wrong = { NOTIFY_WEBHOOK_SECRET: 'short', NOTIFY_ON: 'failure,trouble' }
  const { exit, err } = await call(['backup'], wrong)
  t.equal(exit, 2)
  t.match(err, 'NOTIFY_WEBHOOK_SECRET')
  t.match(err, /NOTIFY_ON .* should be some of started, success/)
  t.notMatch(err, /"?short"?[ ,;]/)
})
