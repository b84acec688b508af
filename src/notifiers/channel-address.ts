import { OctavoError } from '../core/errors.js'
import { isNearby } from '../core/nearby-host.js'

export interface ChannelAddress {
  readonly url: URL
  /** `https://hooks.slack.com/…`: behind the host an address of a channel is a secret. */
  readonly shown: string
}

/** Checks the address of a channel; nothing of it but the host is in an error. */
export function channelAddress(text: string, channel: string): ChannelAddress {
  const trimmed = text.trim()
  if (!/^https?:\/\/[^/\\]/i.test(trimmed) || !URL.canParse(trimmed))
    throw wrong(`the address of ${channel} is not one`, 'Begin it with https://.')
  const url = new URL(trimmed)
  const shown = `${url.protocol}//${url.host}/…`
  if (url.username !== '' || url.password !== '')
    throw wrong(
      `the address of ${channel}, ${shown}, holds a user name or password`,
      'Give an address without them: what receives a webhook knows us by the signature.',
    )
  if (url.protocol === 'http:' && !isNearby(url.hostname))
    throw wrong(
      `the address of ${channel}, ${shown}, would be asked unencrypted`,
      'Begin it with https://.',
    )
  url.hash = ''
  return { url, shown }
}

function wrong(message: string, hint: string): OctavoError {
  return new OctavoError('config-invalid', message, { hint })
}
