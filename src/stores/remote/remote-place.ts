import type { Clock } from '../../core/clock.js'
import { OctavoError } from '../../core/errors.js'
import type { FaultReader } from './fault.js'
import type { Pace } from './pace.js'

/** A place behind a service, and what every call to it needs. */
export interface RemotePlace {
  /** `S3 bucket/prefix/ at host`. */
  readonly shown: string
  /** Whether the service runs on this machine. */
  readonly local: boolean
  /** Ends in `/`, or is empty. */
  readonly prefix: string
  readonly clock: Clock
  readonly pace: Pace
  readonly faults: FaultReader
}

/** Of an address without credentials; any other is `config-invalid`. */
export function hostOf(endpoint: string, store: string): string {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : null
  if (url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '')
    return url.host
  throw new OctavoError('config-invalid', `the endpoint of the store ${store} is no address`, {
    hint: 'Give it as https://HOST or https://HOST:PORT, without credentials.',
  })
}

export function isThisMachine(host: string): boolean {
  return /^(localhost|127\.[\d.]+|\[::1\])(:\d+)?$/.test(host)
}

export function prefixOf(prefix: string): string {
  const trimmed = prefix.replaceAll(/^\/+|\/+$/g, '')
  return trimmed === '' ? '' : `${trimmed}/`
}
