import type { Settings } from '../../config/config-schema.js'
import type { Notifier } from '../../core/backups/notifier.js'
import type { Clock } from '../../core/clock.js'
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
export async function openNotifiers(settings: Settings, clock: Clock): Promise<OpenNotifiers> {
  const notifiers: Notifier[] = []
  const faults: string[] = []
  for (const open of channelsOf(settings, clock))
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
