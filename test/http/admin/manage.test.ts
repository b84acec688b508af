import t from 'tap'
import type { AuditedAction } from '../../../src/core/access.js'
import { appendAudit } from '../../../src/access/audit-file.js'
import { readAuditPage } from '../../../src/access/audit-page.js'
import { readConfig } from '../../../src/config/read-config.js'
import { shownSettings } from '../../../src/config/shown-settings.js'
import { metaOf } from '../../../src/config/config-mistakes.js'
import { settingsShape } from '../../../src/config/config-schema.js'
import { environmentName } from '../../../src/config/setting-types.js'
import { roleFor } from '../../../src/core/people.js'
import { TestLimit } from '../../../src/http/admin/notifications/test-limit.js'
import { channelBook } from '../../../src/main/channel-book.js'
import { openAdminDesk } from '../../../src/main/admin-desk.js'
import { processContext } from '../../../src/main/process-context.js'
import { cronWords } from '../../../src/http/admin/schedules/cron-words.js'
import { policyWords } from '../../../src/http/admin/stores/policy-words.js'
import { receive } from '../../notifiers/receiver.js'
import { stillClock } from '../../notifiers/still-clock.js'
import { soon } from '../desk-lab.js'
import { hostile, manageLab, shownHostile } from './manage-lab.js'
import { passwordOf } from './memory-desk.js'

const schedule = {
  name: hostile,
  cron: '30 3 * * 1-5',
  timeZone: 'Europe/Zurich',
  databases: [hostile],
  format: 'json',
  nextAt: '2026-11-23T02:30:00.000Z',
}

t.test('a schedule is in words, with its next run and its last success', async (t) => {
  const { as } = await manageLab(t, { schedules: () => [schedule] })
  const { body } = await (await as('viewer')).get('/admin/schedules')
  t.match(body, 'From Monday to Friday at 03:30, Europe/Zurich')
  t.match(body, '<time datetime="2026-11-23T02:30:00.000Z"')
  t.match(body, '<time datetime="2026-11-21T03:00:09.000Z"')
  t.match(body, 'SCHEDULE')
  t.match(body, shownHostile)
  t.notMatch(body, hostile)
})

t.test('where nothing is scheduled the page says how it would be', async (t) => {
  const { as } = await manageLab(t)
  const { body } = await (await as('viewer')).get('/admin/schedules')
  t.match(body, 'Nothing makes a backup by itself.')
  t.match(body, '<code>SCHEDULE</code>')
})

t.test('cron is told in words only where they are right', (t) => {
  const words = {
    daily: 'every day at 00:00',
    '@weekly': 'every Sunday at 00:00',
    monthly: 'on day 1 of every month at 00:00',
    hourly: 'every hour',
    '5 * * * *': 'every hour, 5 minutes past',
    '*/15 * * * *': 'every 15 minutes',
    '0 */6 * * *': 'every 6 hours',
    '0 3,15 * * *': 'every day at 03:00 and 15:00',
    '0 3 * * MON,7': 'every Monday and Sunday at 03:00',
    '*/7 * * * *': null,
    '0 */5 * * *': null,
    '0 3 1 * 1': null,
    '0 3 * 6 *': null,
    '0 3 L * *': null,
    '1,2 3 * * *': null,
    '* * * * *': null,
    '0 3 * * 1#2': null,
  }
  for (const [cron, wanted] of Object.entries(words)) t.equal(cronWords(cron), wanted, cron)
  t.end()
})

const store = {
  name: hostile,
  kind: 'A folder',
  place: 'on this machine',
  path: '/srv/backups',
  policy: { last: 8, daily: 30, totalBytes: 5_000_000 },
  setting: 'BACKUP_DIR',
  policySetting: null,
}

t.test('a store says where it is, how long it keeps and what it holds', async (t) => {
  const { as, backUp } = await manageLab(t, { stores: () => [store, { ...store, name: 'one' }] })
  const viewer = await as('viewer')
  t.match((await viewer.get('/admin/stores')).body, 'no backup yet')
  await backUp()
  const { body } = await viewer.get('/admin/stores')
  t.match(body, /<a href="\/admin\/backups\?store=one">1 backup, \d/)
  t.match(body, 'Backups are in stores that are not configured any more.', 'the store two')
  t.match(body, 'Keeps the newest 8, one for each of the last 30 days. Of these it removes')
  t.notMatch(body, '/srv/backups', 'a path of the machine is for admins')
  t.notMatch(body, hostile)
  t.match((await (await as('admin')).get('/admin/stores')).body, '<code>/srv/backups</code>')
})

t.test('a policy is told in words', (t) => {
  t.equal(policyWords({}), 'Keeps everything.')
  t.equal(policyWords({ last: 0, withinDays: 1 }), 'Keeps all of the last 1 day.')
  t.equal(
    policyWords({ olderThanDays: 30, atMost: 5 }),
    'Keeps everything but the oldest, where there are more than 5, and what is older than 30 days.',
  )
  t.equal(
    policyWords({ weekly: 4, monthly: 12, yearly: 3 }),
    'Keeps one for each of the last 4 weeks, one for each of the last 12 months, one for each of the last 3 years.',
  )
  t.end()
})

t.test('a key is made, shown once, opens what it says, and is revoked', async (t) => {
  const { app, as, noted, sessionTexts } = await manageLab(t)
  const admin = await as('admin')
  t.match((await admin.get('/admin/keys')).body, 'There is no key yet.')
  const made = await admin.post('/admin/keys', { name: 'deploy', scopes: ['manage', 'metrics'] })
  t.equal(made.statusCode, 200, made.body)
  t.match(made.headers['cache-control'], 'no-store')
  const key = /<code data-copy="the key">(octavo_[\w-]+)<\/code>/.exec(made.body)?.[1] ?? ''
  t.ok(key.length > 40, 'the answer shows the key')
  t.equal(made.body.split(key).length, 2, 'once')
  const headers = { authorization: `Bearer ${key}` }
  t.equal((await app.inject({ url: '/api/backups', headers })).statusCode, 200)
  const list = await admin.get('/admin/keys')
  t.match(list.body, 'manage, metrics')
  t.notMatch(list.body, key)
  t.notMatch(sessionTexts.join(), key, 'no session has it')
  const ask = await admin.get('/admin/keys/revoke?name=deploy')
  t.match(ask.body, 'Revoke the key deploy?')
  const revoked = await admin.follow(await admin.post('/admin/keys/revoke', { name: 'deploy' }))
  t.match(revoked.body, 'The key deploy opens nothing any more.')
  t.equal((await app.inject({ url: '/api/backups', headers })).statusCode, 401)
  const ends = (await noted()).filter((line) => line.includes('key-'))
  t.strictSame(ends, [
    'account admin: key-create deploy done',
    'account admin: key-revoke deploy done',
  ])
})

t.test('a key that can not be made is refused on its form, with what was typed', async (t) => {
  const { as, keys } = await manageLab(t)
  const admin = await as('admin')
  for (const [fields, why] of [
    [{ name: '../evil', scopes: 'export' }, 'That is no name for a key.'],
    [{ name: 'deploy' }, 'A key without a scope opens nothing.'],
  ] as const) {
    const refused = await admin.post('/admin/keys', { ...fields, days: '30' })
    t.equal(refused.statusCode, 400)
    t.match(refused.body, why)
    t.match(refused.body, `value="${fields.name}"`)
  }
  for (const days of ['0', '99999999', '-1', 'ten'])
    t.equal(
      (await admin.post('/admin/keys', { name: 'a', scopes: 'export', days })).statusCode,
      400,
    )
  const until = await admin.post('/admin/keys', { name: 'short', scopes: 'export', days: '2' })
  t.match(until.body, /<time datetime="\d{4}-/)
  t.match((await keys.list()).keys, [{ name: 'short', scopes: ['export'], expiresAt: Date }])
  admin.csrf = 'made up'
  t.equal((await admin.post('/admin/keys/revoke', { name: 'short' })).statusCode, 403)
  t.equal((await keys.list()).keys.length, 1, 'a form from elsewhere does nothing')
})

t.test('an account is made, changed, logged out and removed', async (t) => {
  const { app, as, noted, users } = await manageLab(t)
  const admin = await as('admin')
  const account = { name: 'ada', role: 'viewer', password: passwordOf('ada') }
  const unequal = await admin.post('/admin/users', { ...account, again: 'something else' })
  t.equal(unequal.statusCode, 400)
  t.match(unequal.body, 'The two passwords are not the same.')
  t.match(unequal.body, 'value="ada"', 'the name is still there')
  t.notMatch(unequal.body, passwordOf('ada'), 'and no password')
  const made = await admin.post('/admin/users', { ...account, again: account.password })
  t.match((await admin.follow(made)).body, 'ada may log in as viewer.')
  const change = await admin.get('/admin/users/change?name=ada')
  t.match(change.body, 'The account ada')
  t.match(
    (await admin.follow(await admin.post('/admin/users/role', { name: 'ada', role: 'operator' })))
      .body,
    'ada is operator now',
  )
  const password = 'another long password'
  await admin.post('/admin/users/password', { name: 'ada', password, again: password })
  t.match(await admin.post('/admin/users/log-out', { name: 'ada' }), { statusCode: 303 })
  t.match((await admin.get('/admin/users/remove?name=ada')).body, 'Remove the account ada?')
  await admin.post('/admin/users/remove', { name: 'ada' })
  t.notOk((await users.list()).some(({ name }) => name === 'ada'))
  t.strictSame((await noted()).slice(1), [
    'account admin: user-create ada refused',
    'account admin: user-create ada done',
    'account admin: user-change ada done',
    'account admin: user-change ada done',
    'account admin: session-end ada done',
    'account admin: user-remove ada done',
  ])
  t.equal((await app.inject('/admin/users')).statusCode, 303)
})

t.test('nobody demotes, removes or locks out themselves', async (t) => {
  const { as, users } = await manageLab(t, { staffLogsIn: true })
  const admin = await as('admin')
  t.match((await admin.get('/admin/users')).body, 'The staff of the app logs in here')
  t.match((await admin.get('/admin/users/change?name=admin')).body, 'This is your own account.')
  const again = 'some other password'
  for (const [path, fields] of [
    ['role', { role: 'viewer' }],
    ['password', { password: again, again }],
    ['log-out', {}],
    ['remove', {}],
  ] as const) {
    const refused = await admin.post(`/admin/users/${path}`, { name: 'admin', ...fields })
    t.equal(refused.statusCode, 400, path)
    t.match(refused.body, 'Nothing was changed: admin is your own account')
  }
  t.match(
    (await users.list()).find(({ name }) => name === 'admin'),
    { role: 'admin' },
  )
  t.equal((await admin.get('/admin/users')).statusCode, 200, 'the session goes on')
  t.equal((await admin.get('/admin/users/change?name=nobody')).statusCode, 404)
})

t.test('the audit trail is shown newest first, filtered and in pages', async (t) => {
  const { as, trail } = await manageLab(t)
  const entry = { who: 'key nightly', from: '192.0.2.1', subject: hostile, detail: null }
  for (let minute = 0; minute < 60; minute += 1)
    await appendAudit(trail, {
      ...entry,
      at: new Date(Date.UTC(2026, 0, 1, 0, minute)),
      action: minute === 0 ? 'restore' : 'export',
      outcome: minute === 0 ? 'failed' : 'done',
    })
  const admin = await as('admin')
  const first = await admin.get('/admin/audit')
  t.match(first.body, /<td data-name="Action">login[\s\S]*2026-01-01T00:59/)
  t.match(first.body, shownHostile)
  t.notMatch(first.body, hostile)
  const older = /<a href="(\/admin\/audit\?before=\d+)">Older<\/a>/.exec(first.body)?.[1] ?? ''
  const second = await admin.get(older)
  t.match(second.body, /2026-01-01T00:10[\s\S]*2026-01-01T00:00/, 'goes on where it ended')
  t.notMatch(second.body, '2026-01-01T00:11')
  t.notMatch(second.body, '>Older<')
  const failed = await admin.get('/admin/audit?who=NIGHT&action=restore&outcome=failed&before=')
  t.equal(failed.statusCode, 400)
  const one = await admin.get('/admin/audit?who=NIGHT&action=&outcome=failed')
  t.match(one.body, '<span class="dot bad">')
  t.equal(one.body.split('<td data-name="When">').length, 2)
  t.match((await admin.get('/admin/audit?who=ghost')).body, 'Nothing like that is in the trail.')
})

t.test(
  'a long trail is read in pieces, from its end, and damaged lines are left out',
  async (t) => {
    const trail = `${t.testdir()}/audit.jsonl`
    const { writeFile } = await import('node:fs/promises')
    const line = (minute: number, who: string): string =>
      JSON.stringify({
        at: new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString(),
        who,
        from: null,
        action: 'export' satisfies AuditedAction,
        subject: null,
        outcome: 'done',
        detail: 'ü'.repeat(3_000),
      })
    const lines = Array.from({ length: 100 }, (_, minute) => line(minute, `key ${minute % 10}`))
    await writeFile(trail, ['{"half', ...lines, 'x'.repeat(3_000_000), 'not JSON'].join('\n'))
    const wish = { who: null, action: null, outcome: null, before: null, limit: 30 }
    const seen: string[] = []
    let before: number | null = null
    do {
      const page = await readAuditPage(trail, { ...wish, before })
      seen.push(...page.entries.map(({ at }) => at.toISOString()))
      before = page.next
    } while (before !== null)
    t.strictSame(seen, seen.toSorted().toReversed())
    t.equal(new Set(seen).size, 100)
    const cut = await readAuditPage(trail, { ...wish, who: 'KEY 0' }, 3_300_000)
    t.equal(cut.isCut, true)
    t.equal(cut.entries.length < 10, true, 'it was given up before the end')
    const rest = await readAuditPage(trail, { ...wish, who: 'KEY 0', before: cut.next })
    t.equal(cut.entries.length + rest.entries.length, 10)
  },
)

t.test('no secret of the settings is on any page, and viewers see no path', async (t) => {
  const secrets: string[] = []
  const environment = Object.fromEntries(
    Object.keys(settingsShape).flatMap((key, index) => {
      if (!metaOf(key)?.secret) return []
      secrets.push(`secret-${index}-of-the-test`)
      return [[environmentName(key), `postgresql://u:${secrets.at(-1)}@host/${secrets.at(-1)}`]]
    }),
  )
  t.ok(secrets.length > 15)
  const folder = t.testdir({
    '.env': 'BACKUP_KEEP=12\n',
    'octavo.config.json': JSON.stringify({
      port: 9000,
      databases: { [hostile]: { url: 'postgresql://u:secret-in-the-file@host/db' } },
    }),
  })
  const settings = shownSettings(
    {
      ...environment,
      BACKUP_DIR: '/srv/backups',
      S3_ENDPOINT: 'https://secret-user:secret-word@s3.example.org/x?sig=secret-sig',
      BACKUP_URL: 'https://secret-token@octavo.example.org',
      SCHEDULE: '',
      ROUTE_PREFIX: '/calendar',
    },
    folder,
  )
  const { as } = await manageLab(t, { settings })
  const viewer = (await (await as('viewer')).get('/admin/settings')).body
  const admin = (await (await as('admin')).get('/admin/settings')).body
  for (const page of [viewer, admin]) {
    t.notMatch(page, /secret-(\d+-of|in-the-file|user|word|sig|token)/)
    t.match(page, '<code>/calendar</code>')
    t.match(page, '<code>https://***@s3.example.org/x?…</code>')
    t.match(page, /<code>BACKUP_KEEP<\/code>[\s\S]*?<code>12<\/code>[\s\S]*?>\.env</)
    t.match(page, /<code>PORT<\/code>[\s\S]*?<code>9000<\/code>[\s\S]*?>octavo\.config\.json</)
    t.match(page, /<code>SMTP_URL<\/code>[\s\S]*?<span>set<\/span>[\s\S]*?>environment</)
    t.match(page, /<code>SCHEDULE<\/code>[\s\S]*?daily[\s\S]*?>default</)
    t.match(page, shownHostile)
    t.notMatch(page, hostile)
  }
  t.match(admin, '<code>/srv/backups</code>')
  t.notMatch(viewer, '/srv/backups')
})

t.test('an admin tests a store, in a job of its own that is noted', async (t) => {
  const { as, held, noted } = await manageLab(t, { stores: () => [store] })
  t.notMatch((await (await as('operator')).get('/admin/stores')).body, '/stores/test')
  const admin = await as('admin')
  t.match((await admin.get('/admin/stores')).body, 'action="/admin/stores/test"')
  const begun = await admin.post('/admin/stores/test', { store: hostile })
  t.equal(begun.statusCode, 303, begun.body)
  t.strictSame(held.started, [{ verb: 'checkStore', request: { name: hostile } }])
  const again = await admin.post('/admin/stores/test', { store: hostile })
  t.equal(again.statusCode, 409)
  t.match(again.body, 'is being tested already')
  const steps = [{ step: 'lists what is there', ok: true, ms: 12, reason: null }]
  held.end({ store: hostile, steps })
  const job = String(begun.headers.location)
  await soon(async () => (await admin.get(job)).body.includes('Success'))
  const { body } = await admin.get(job)
  t.match(body, `<h1>Test of ${shownHostile}</h1>`)
  t.match(body, /lists what is there[\s\S]*Works/)
  t.notMatch(body, hostile)
  t.equal((await admin.post('/admin/stores/test', { store: 'moon' })).statusCode, 404)
  await soon(async () => (await noted()).length === 5)
  t.strictSame((await noted()).slice(2).toSorted(), [
    `account admin: check-store ${hostile} done`,
    `account admin: check-store ${hostile} refused`,
    'account admin: check-store moon refused',
  ])
})

/** The channels of the settings, whose clock does not wait between two tries. */
function channelsOf(environment: Readonly<Record<string, string>>, folder: string) {
  const config = readConfig(environment, folder)
  const context = { ...processContext({}), environment, folder, config: () => config }
  return channelBook(context, stillClock())
}

t.test('an admin tests a channel, and nobody is flooded with tests', async (t) => {
  const { url, received } = await receive(t)
  const environment = {
    NOTIFY_SLACK_URL: url,
    NOTIFY_PING_URL: url,
    NOTIFY_WEBHOOK_URL: 'https://ops.example.org/hidden',
  }
  const channels = channelsOf(environment, t.testdir())
  const { as, clock, noted } = await manageLab(t, { channels })
  const viewer = (await (await as('viewer')).get('/admin/notifications')).body
  t.match(viewer, 'a backup fails; a check finds something wrong')
  t.match(viewer, 'NOTIFY_SLACK_URL')
  t.match(viewer, 'NOTIFY_WEBHOOK_SECRET is missing', 'a channel that can not be used')
  t.notMatch(viewer, /tell-nobody|token=|notifications\/test/)
  const admin = await as('admin')
  const test = async (name: string) => {
    const page = (await admin.get('/admin/notifications')).body
    const channel = new RegExp(`name="channel" value="(${name}[^"]+)"`).exec(page)?.[1] ?? ''
    return admin.post('/admin/notifications/test', { channel })
  }
  const begun = await test('slack')
  t.equal(begun.statusCode, 303, begun.body)
  const job = String(begun.headers.location)
  await soon(async () => (await admin.get(job)).body.includes('The channel took the test.'))
  t.match(received[0]?.body, 'This is a test of this channel, sent by account admin')
  const soonAgain = await test('slack')
  t.equal(soonAgain.statusCode, 429)
  t.match(soonAgain.body, 'was tested less than a minute ago')
  t.match(soonAgain.headers['retry-after'], /^\d+$/)
  t.equal((await test('ping')).statusCode, 303, 'another channel is not in its way')
  await soon(() => received.length === 2)
  t.match(received[1], { method: 'GET', path: /tell-nobody\/fail\?/ })
  t.equal((await test('nothing')).statusCode, 404)
  t.ok((await noted()).some((line) => /^account admin: test-channel slack .* refused$/.test(line)))
  const limit = new TestLimit()
  const minute = (at: number): Date => new Date(clock.now().getTime() + at * 60_000)
  for (let at = 0; at < 10; at += 1) limit.take('slack', minute(at))
  t.throws(() => limit.take('mail', minute(30)), { code: 'tested-lately', hint: /30 minutes/ })
  limit.take('mail', minute(61))
})

t.test('a test that does not arrive says why, without the address', async (t) => {
  const { url } = await receive(t, [{ status: 404 }])
  const folder = t.testdir({
    'octavo.config.json': JSON.stringify({
      databases: { lab: { url: 'lab.sqlite3', pingUrlEnv: 'PING_LAB' } },
    }),
  })
  const channels = channelsOf({ PING_LAB: url }, folder)
  const { as } = await manageLab(t, { channels })
  const admin = await as('admin')
  const page = (await admin.get('/admin/notifications')).body
  t.match(page, 'pingUrlEnv of databases')
  const channel = /name="channel" value="([^"]+)"/.exec(page)?.[1] ?? ''
  t.match(channel, 'of the database lab')
  const begun = await admin.post('/admin/notifications/test', { channel })
  const job = String(begun.headers.location)
  await soon(async () => (await admin.get(job)).body.includes('Failed'))
  const { body } = await admin.get(job)
  t.match(body, 'could not be notified: it answered 404')
  t.match(body, 'notify-failed')
  t.notMatch(body, /tell-nobody|token=/)
})

t.test('where nobody is told the page says how they would be', async (t) => {
  const { as } = await manageLab(t)
  const { body } = await (await as('viewer')).get('/admin/notifications')
  t.match(body, 'Nobody is told how backups go.')
})

t.test('who may not is told whom to ask, and the refusal is noted', async (t) => {
  const { as, noted } = await manageLab(t)
  const operator = await as('operator')
  for (const path of ['/keys', '/users', '/audit', '/users/change?name=admin']) {
    const refused = await operator.get(`/admin${path}`)
    t.equal(refused.statusCode, 403, path)
    t.match(refused.body, 'Ask somebody who may: admin.')
  }
  const before = (await noted()).length
  for (const [path, action] of [
    ['/keys', 'key-create'],
    ['/keys/revoke', 'key-revoke'],
    ['/users', 'user-create'],
    ['/users/role', 'user-change'],
    ['/users/password', 'user-change'],
    ['/users/log-out', 'session-end'],
    ['/users/remove', 'user-remove'],
    ['/stores/test', 'check-store'],
    ['/notifications/test', 'test-channel'],
  ] as const) {
    t.equal((await operator.post(`/admin${path}`, { name: 'x' })).statusCode, 403, path)
    t.equal((await noted()).at(-1), `account operator: ${action} null refused`)
  }
  t.equal((await noted()).length, before + 9)
  t.equal(roleFor.keys, 'admin')
})

t.test('the service itself brings its stores, keys and settings, without a secret', async (t) => {
  const folder = t.testdir({
    'octavo.config.json': JSON.stringify({
      stores: {
        near: { type: 'disk', path: 'kept', retention: { last: 3 } },
        far: {
          type: 's3',
          bucket: 'lab',
          prefix: 'a',
          endpoint: 'https://u:hunter-2@s3.example.org',
        },
        sky: { type: 'azure', container: 'lab' },
        cat: { type: 'github-branch', repository: 'lab/kept' },
        tag: { type: 'github-release', repository: 'lab/kept', tag: 'v' },
      },
    }),
  })
  const environment = {
    BACKUP_DIR: 'here',
    MAX_BACKUPS: '5',
    AWS_ACCESS_KEY_ID: 'hunter-2',
    AWS_SECRET_ACCESS_KEY: 'hunter-2',
    AZURE_STORAGE_ACCOUNT: 'account',
    AZURE_STORAGE_KEY: 'c2VjcmV0',
    GITHUB_TOKEN: 'hunter-2',
  }
  const config = () => readConfig(environment, folder)
  const { desk } = await openAdminDesk({ ...processContext({}), environment, folder, config })
  t.notMatch(JSON.stringify([desk.stores(), desk.settings]), /hunter-2|c2VjcmV0/)
  t.strictSame(
    desk.stores().map(({ name, place, path, policy, setting, policySetting }) => {
      return [name, path ?? place, policy, setting, policySetting]
    }),
    [
      [
        'near',
        `${folder}/kept`,
        { last: 3 },
        'stores.near in octavo.config.json',
        'stores.near.retention',
      ],
      ['far', 'bucket lab below a, at https://***@s3.example.org', ...inFile('far')],
      ['sky', 'container lab, account', ...inFile('sky')],
      ['cat', 'lab/kept, branch octavo-backups', ...inFile('cat')],
      ['tag', 'lab/kept, tag v', ...inFile('tag')],
      ['disk', `${folder}/here`, { atMost: 5 }, 'BACKUP_DIR', 'MAX_BACKUPS'],
    ],
  )
  const key = await desk.keys.create({ name: 'deploy', scopes: ['export'], expiresAt: null })
  t.match(key, /^octavo_/)
  t.match((await desk.keys.list()).keys, [{ name: 'deploy', createdAt: Date }])
  await desk.keys.revoke('deploy')
  t.strictSame((await desk.keys.list()).keys, [])
})

function inFile(name: string) {
  return [{ atMost: 5 }, `stores.${name} in octavo.config.json`, 'MAX_BACKUPS'] as const
}
