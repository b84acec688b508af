import type { Notifier } from '../core/backups/notifier.js'
import { channelAddress } from './channel-address.js'
import { fitText } from './fit-text.js'
import { type HttpChannelOptions, httpNotifier, jsonCall } from './http-notifier.js'
import { quietMentions } from './mentions.js'
import { alertKinds } from './notice-kinds.js'
import { noticeText } from './notice-text.js'

/** Discord refuses a longer message. */
const longest = 2000

/** Of a message: no preview of what a link in it leads to. */
const suppressEmbeds = 4

/** A webhook of a Discord channel. */
export function discordNotifier(options: HttpChannelOptions): Notifier {
  const address = channelAddress(options.url, 'discord')
  const url = new URL(address.url)
  // Without it Discord answers 204 before it knows whether it takes the message.
  url.searchParams.set('wait', 'true')
  return httpNotifier(
    {
      name: 'discord',
      address,
      wants: options.wants ?? alertKinds,
      call: (notice) => {
        const { subject, text } = noticeText(notice)
        return jsonCall(url, {
          content: discordText(`${subject}\n\n${text}`),
          allowed_mentions: { parse: [] },
          flags: suppressEmbeds,
        })
      },
    },
    options,
  )
}

/** With a backslash before what is Markdown to Discord, or the beginning of a mention. */
export function discordText(text: string): string {
  return fitText(quietMentions(text), longest, (character) =>
    /[\\*_~`|<>#[\]()]/.test(character) ? `\\${character}` : character,
  )
}
