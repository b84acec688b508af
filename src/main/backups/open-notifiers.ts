import type { Settings } from '../../config/config-schema.js'
import { configuredPings, type ConfiguredPing } from '../../config/configured-pings.js'
import type { Config } from '../../config/read-config.js'
import type { Notice, Notifier } from '../../core/backups/notifier.js'
import type { Clock } from '../../core/clock.js'
import { startedBySchedule } from './due-run.js'
import { asOctavoError, OctavoError } from '../../core/errors.js'

export interface OpenNotifiers {
  readonly notifiers: readonly Notifier[]
  /** Channels that can't be used as they are configured, one sentence each. */
  readonly faults: readonly string[]
}

/**
 * The channels of the settings. One that can't be used is told in a fault: it keeps no backup from being
 * made, and the other channels work.
 */
export async function openNotifiers(
  { settings, variables }: Pick<Config, 'settings' | 'variables'>,
  clock: Clock,
): Promise<OpenNotifiers> {
  const notifiers: Notifier[] = []
  const faults: string[] = []
  const pings = configuredPings(settings, variables).map((ping) => () => openPing(ping, clock))
  for (const open of [...channelsOf(settings, clock), ...pings])
    try {
      notifiers.push(await open())
    } catch (error) {
      const { message, hint } = asOctavoError(error)
      faults.push(`nobody is notified there: ${message}. ${hint}`)
    }
  return { notifiers, faults }
}

/** Each kind of channel is loaded where one of it is configured. */
function channelsOf(settings: Settings, clock: Clock): (() => Promise<Notifier>)[] {
  const { notifySlackUrl, notifyDiscordUrl, notifyWebhookUrl, notifyPingUrl } = settings
  const wants = wantsOf(settings)
  const channels: (() => Promise<Notifier>)[] = []
  if (notifySlackUrl !== undefined)
    channels.push(async () => {
      const { slackNotifier } = await import('../../notifiers/slack.js')
      return slackNotifier({ url: notifySlackUrl, clock, ...wants })
    })
  if (notifyDiscordUrl !== undefined)
    channels.push(async () => {
      const { discordNotifier } = await import('../../notifiers/discord.js')
      return discordNotifier({ url: notifyDiscordUrl, clock, ...wants })
    })
  if (notifyWebhookUrl !== undefined)
    channels.push(async () => {
      const secret = required(settings.notifyWebhookSecret, 'NOTIFY_WEBHOOK_SECRET', 'the webhook')
      const { webhookNotifier } = await import('../../notifiers/webhook.js')
      return webhookNotifier({ url: notifyWebhookUrl, secret, clock, ...wants })
    })
  if (notifyPingUrl !== undefined)
    channels.push(async () => {
      const { pingNotifier } = await import('../../notifiers/ping.js')
      return pingNotifier({ url: notifyPingUrl, clock })
    })
  if (settings.notifyMailTo?.length) channels.push(() => openMail(settings, clock))
  return channels
}

/** For the runs of one database or one schedule: it hears of no other. */
async function openPing({ of, variable, url }: ConfiguredPing, clock: Clock): Promise<Notifier> {
  const whose = 'database' in of ? `the database ${of.database}` : `the schedule ${of.schedule}`
  const { pingNotifier } = await import('../../notifiers/ping.js')
  const ping = pingNotifier({ url: required(url, variable, `the ping of ${whose}`), clock })
  return {
    ...ping,
    shown: `${ping.shown} of ${whose}`,
    send: async (notice, call) => {
      if (concerns(notice, of)) await ping.send(notice, call)
    },
  }
}

function concerns(notice: Notice, of: ConfiguredPing['of']): boolean {
  if (notice.kind === 'test') return true
  if (!('record' in notice)) return false
  const { database, startedBy } = notice.record
  return 'database' in of ? database === of.database : startedBy === startedBySchedule(of.schedule)
}

async function openMail(settings: Settings, clock: Clock): Promise<Notifier> {
  const { notifyMailTo: to = [], notifyMailFrom } = settings
  const address = required(settings.smtpUrl, 'SMTP_URL', 'mail')
  const from = notifyMailFrom ?? required(to[0], 'NOTIFY_MAIL_FROM', 'mail')
  const { mailNotifier } = await import('../../notifiers/mail.js')
  const { smtpServer } = await import('../../notifiers/smtp-server.js')
  return mailNotifier({ server: smtpServer(address), from, to, clock, ...wantsOf(settings) })
}

function wantsOf({ notifyOn }: Settings) {
  return notifyOn === undefined ? {} : { wants: new Set(notifyOn) }
}

function required(value: string | undefined, setting: string, channel: string): string {
  if (value !== undefined) return value
  throw new OctavoError('config-invalid', `${setting} is missing, which ${channel} needs`, {
    hint: 'docs/configuration.md describes it.',
  })
}
