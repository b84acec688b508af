import t, { type Test } from 'tap'
import { readConfig } from '../../src/config/read-config.js'
import { openNotifiers } from '../../src/main/backups/open-notifiers.js'
import { backup } from '../core/backups/records.js'
import { receive } from '../notifiers/receiver.js'
import { systemClock } from '../../src/main/system-clock.js'

const all = {
  NOTIFY_SLACK_URL: 'https://hooks.slack.com/services/secret',
  NOTIFY_DISCORD_URL: 'https://discord.com/api/webhooks/secret',
  NOTIFY_WEBHOOK_URL: 'https://ops.example.org/secret',
  NOTIFY_WEBHOOK_SECRET: 'sixteen-letters-or-more',
  NOTIFY_PING_URL: 'https://hc-ping.com/secret',
  NOTIFY_MAIL_TO: 'a@example.org, b@example.org',
  SMTP_URL: 'smtps://user:secret@mail.example.org',
}

async function opened(t: Test, environment: Readonly<Record<string, string>>) {
  const { notifiers, faults } = await openNotifiers(
    readConfig(environment, t.testdir()),
    systemClock,
  )
  return {
    channels: notifiers.map(({ name, wants }) => `${name}: ${[...wants].toSorted().join(' ')}`),
    shown: notifiers.map(({ shown }) => shown).join('\n'),
    faults,
  }
}

t.test('without settings nobody is told', async (t) => {
  t.match(await opened(t, {}), { channels: [], faults: [] })
})

t.test('each channel of the settings is opened, and shows no secret', async (t) => {
  const { channels, shown, faults } = await opened(t, all)
  const alerts = 'failure recovery summary unhealthy'
  t.strictSame(channels, [
    `slack: ${alerts}`,
    `discord: ${alerts}`,
    `webhook: ${alerts}`,
    'ping: failure started success',
    `mail: ${alerts}`,
  ])
  t.strictSame(faults, [])
  t.match(shown, 'mail to a@example.org, b@example.org')
  t.notMatch(shown, 'secret')
})

t.test('NOTIFY_ON says what people are told, and nothing of the pings', async (t) => {
  const { channels } = await opened(t, { ...all, NOTIFY_ON: 'success,unhealthy' })
  t.match(channels, [
    'slack: success unhealthy',
    'discord: success unhealthy',
    'webhook: success unhealthy',
    'ping: failure started success',
    'mail: success unhealthy',
  ])
})

t.test('a channel that can not be used is a fault, and the others work', async (t) => {
  const half = await opened(t, {
    NOTIFY_SLACK_URL: 'http://hooks.slack.com/secret',
    NOTIFY_WEBHOOK_URL: all.NOTIFY_WEBHOOK_URL,
    NOTIFY_MAIL_TO: all.NOTIFY_MAIL_TO,
    NOTIFY_PING_URL: all.NOTIFY_PING_URL,
  })
  t.strictSame(half.channels, ['ping: failure started success'])
  t.match(half.faults, [
    /the address of slack, .*, would be asked unencrypted\. /,
    'NOTIFY_WEBHOOK_SECRET is missing, which the webhook needs. ',
    'SMTP_URL is missing, which mail needs. ',
  ])
  t.notMatch(half.faults.join(), 'secret')
})

t.test(
  'a database and a schedule may have a dead-man service each, which hears of no other',
  async (t) => {
    const { url, received } = await receive(t)
    const of = (name: string): string => url.replace('/services', `/${name}`)
    const file = {
      databases: { lab: { url: 'a.db', pingUrlEnv: 'PING_LAB' }, shop: { url: 'b.db' } },
      schedules: {
        nightly: { cron: 'daily', pingUrlEnv: 'PING_NIGHTLY' },
        lost: { cron: 'weekly', pingUrlEnv: 'PING_LOST' },
      },
    }
    const folder = t.testdir({
      'octavo.config.json': JSON.stringify(file),
      '.env': `PING_NIGHTLY="${of('nightly')}"`,
    })
    const config = readConfig({ PING_LAB: of('lab') }, folder)
    const { notifiers, faults } = await openNotifiers(config, systemClock)
    t.match(faults, [/PING_LOST is missing, which the ping of the schedule lost needs/])
    const paths = async (database: string, startedBy: string): Promise<string[]> => {
      const record = backup('a', { ageHours: 0, change: { database, startedBy } })
      for (const notifier of notifiers)
        await notifier.send({ kind: 'success', record, pruned: [] }, {})
      for (const notifier of notifiers) await notifier.send({ kind: 'unhealthy', findings: [] }, {})
      return received.splice(0).map(({ path }) => path.split('/')[1] ?? '')
    }
    t.strictSame(await paths('lab', 'schedule nightly'), ['lab', 'nightly'])
    t.strictSame(await paths('lab', 'cli'), ['lab'])
    t.strictSame(await paths('shop', 'schedule nightly'), ['nightly'])
    t.strictSame(await paths('shop', 'schedule other'), [])
    t.notMatch(notifiers.map(({ shown }) => shown).join(), 'tell-nobody')
  },
)
