import type { Notifier } from '../core/backups/notifier.js'
import { channelAddress } from './channel-address.js'
import { fitText } from './fit-text.js'
import { type HttpChannelOptions, httpNotifier, jsonCall } from './http-notifier.js'
import { quietMentions } from './mentions.js'
import { alertKinds } from './notice-kinds.js'
import { noticeText } from './notice-text.js'

/** Slack cuts a message behind 40,000 characters, and wants it under 4,000. */
const longest = 4000

/** An incoming webhook of Slack, or of what takes the same (Mattermost, Rocket.Chat). */
export function slackNotifier(options: HttpChannelOptions): Notifier {
  const address = channelAddress(options.url, 'slack')
  return httpNotifier(
    {
      name: 'slack',
      address,
      wants: options.wants ?? alertKinds,
      call: (notice) => {
        const { subject, text } = noticeText(notice)
        return jsonCall(address.url, { text: slackText(`${subject}\n\n${text}`), mrkdwn: false })
      },
    },
    options,
  )
}

const escapes = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
])

/** The three characters that Slack takes for the beginning of a link, a mention or an entity. */
export function slackText(text: string): string {
  return fitText(quietMentions(text), longest, (character) => escapes.get(character) ?? character)
}
