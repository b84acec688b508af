import type { Notice, Notifier } from '../core/backups/notifier.js'
import type { Clock } from '../core/clock.js'
import type { ChannelAddress } from './channel-address.js'
import { type HttpCall, makeCall } from './http-call.js'
import type { NoticeKind } from './notice-kinds.js'
import { trySend } from './try-send.js'

/** What every channel over HTTP is given. */
export interface HttpChannelOptions {
  readonly url: string
  readonly clock: Clock
  /** Which notices go out; by default those of `alertKinds`. */
  readonly wants?: ReadonlySet<NoticeKind>
  /** For one try. */
  readonly limitMs?: number
}

export interface HttpChannel {
  readonly name: string
  readonly address: ChannelAddress
  readonly wants: ReadonlySet<NoticeKind>
  /** Null for a notice that means nothing here. */
  readonly call: (notice: Notice) => HttpCall | null
}

export function httpNotifier(
  { name, address, wants, call }: HttpChannel,
  { clock, limitMs = 10_000 }: Pick<HttpChannelOptions, 'clock' | 'limitMs'>,
): Notifier {
  const shown = `${name} ${address.shown}`
  return {
    name,
    shown,
    wants,
    send: async (notice, { signal }) => {
      const made = call(notice)
      if (made === null) return
      await trySend(() => makeCall(made, { clock, limitMs, signal }), { shown, clock, signal })
    },
  }
}

export function jsonCall(url: URL, value: object): HttpCall {
  const headers = { 'content-type': 'application/json' }
  return { url, method: 'POST', headers, body: JSON.stringify(value) }
}
