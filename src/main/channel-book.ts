import type { Notifier } from '../core/backups/notifier.js'
import type { Clock } from '../core/clock.js'
import { OctavoError } from '../core/errors.js'
import type { ChannelBook } from '../http/admin/admin-desk.js'
import { openNotifiers } from './backups/open-notifiers.js'
import type { ProcessContext } from './process-context.js'

const settings: Readonly<Record<string, readonly [kind: string, setting: string]>> = {
  mail: ['Mail', 'NOTIFY_MAIL_TO, SMTP_URL'],
  slack: ['Slack', 'NOTIFY_SLACK_URL'],
  discord: ['Discord', 'NOTIFY_DISCORD_URL'],
  webhook: ['Webhook', 'NOTIFY_WEBHOOK_URL'],
  ping: ['Dead-man service', 'NOTIFY_PING_URL'],
}

/** The channels of the settings; each is opened when it is asked for, which sends nothing. */
export function channelBook(context: ProcessContext, clock: Clock): ChannelBook {
  const open = () => openNotifiers(context.config(), clock)
  return {
    list: async () => {
      const { notifiers, faults } = await open()
      return { channels: notifiers.map(shownChannel), faults }
    },
    test: async (shown, { by, signal }) => {
      const { notifiers } = await open()
      const channel = notifiers.find((one) => one.shown === shown)
      if (!channel) throw new OctavoError('not-found', 'no such channel is configured')
      await channel.send({ kind: 'test', by }, { signal })
    },
  }
}

function shownChannel({ name, shown, wants }: Notifier) {
  const [kind, usual] = settings[name] ?? [name, '']
  const isOfOne = / of the (database|schedule) /.exec(shown)
  const setting = isOfOne ? `pingUrlEnv of ${isOfOne[1]}s in octavo.config.json` : usual
  return { shown, kind, wants: [...wants], setting }
}
