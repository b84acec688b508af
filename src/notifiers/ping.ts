import type { Notifier } from '../core/backups/notifier.js'
import { channelAddress } from './channel-address.js'
import { type HttpChannelOptions, httpNotifier } from './http-notifier.js'

/**
 * What is put behind the address, as healthchecks.io and others want it. A test raises the alarm: a success
 * would hide that no backup comes.
 */
const paths = { started: '/start', success: '', failure: '/fail', test: '/fail' } as const

type PingKind = Exclude<keyof typeof paths, 'test'>

export interface PingOptions extends Omit<HttpChannelOptions, 'wants'> {
  /** By default all three. */
  readonly wants?: ReadonlySet<PingKind>
}

/**
 * A dead-man service: it raises the alarm where no success comes, also when this machine is gone. It
 * hears that a run began, and how it ended, and nothing of what is in it.
 */
export function pingNotifier(options: PingOptions): Notifier {
  const address = channelAddress(options.url, 'ping')
  const { wants = new Set<PingKind>(['started', 'success', 'failure']) } = options
  return httpNotifier(
    {
      name: 'ping',
      address,
      wants,
      call: ({ kind }) =>
        isPing(kind) ? { url: below(address.url, paths[kind]), method: 'GET' } : null,
    },
    options,
  )
}

function isPing(kind: string): kind is keyof typeof paths {
  return Object.hasOwn(paths, kind)
}

/** What stands behind a ? stays behind it. */
function below(address: URL, path: string): URL {
  const url = new URL(address)
  url.pathname = url.pathname.replace(/\/+$/, '') + path
  return url
}
