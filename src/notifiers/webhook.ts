import { createHmac, randomUUID } from 'node:crypto'
import type { Notifier } from '../core/backups/notifier.js'
import { OctavoError } from '../core/errors.js'
import { channelAddress } from './channel-address.js'
import { type HttpChannelOptions, httpNotifier, jsonCall } from './http-notifier.js'
import { alertKinds } from './notice-kinds.js'
import { webhookBody } from './webhook-body.js'

export interface WebhookOptions extends HttpChannelOptions {
  /** Known to both sides; nobody without it can make a notice that is believed. */
  readonly secret: string
}

/** Shorter ones can be guessed from one notice. */
const shortestSecret = 16

/** JSON to any address, signed (docs/notifications.md). */
export function webhookNotifier(options: WebhookOptions): Notifier {
  const { secret, clock } = options
  const address = channelAddress(options.url, 'webhook')
  if (secret.length < shortestSecret)
    throw new OctavoError(
      'config-invalid',
      `the secret of the webhook ${address.shown} has fewer than ${shortestSecret} characters`,
      { hint: 'Make one with: openssl rand -hex 32' },
    )
  return httpNotifier(
    {
      name: 'webhook',
      address,
      wants: options.wants ?? alertKinds,
      call: (notice) => {
        const sentAt = clock.now()
        const timestamp = String(Math.floor(sentAt.getTime() / 1000))
        const {
          headers,
          body = '',
          ...call
        } = jsonCall(address.url, webhookBody(notice, { id: randomUUID(), sentAt }))
        const signed = {
          'octavo-event': notice.kind,
          'octavo-timestamp': timestamp,
          'octavo-signature': webhookSignature(secret, timestamp, body),
        }
        return { ...call, headers: { ...headers, ...signed }, body }
      },
    },
    options,
  )
}

/** `sha256=` and the HMAC-SHA-256 of the timestamp, a dot and the body, in hexadecimal. */
export function webhookSignature(secret: string, timestamp: string, body: string): string {
  return `sha256=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`
}
