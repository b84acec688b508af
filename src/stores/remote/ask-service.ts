import { graced } from '../graced.js'
import { requireGoing, stopped } from '../stopped.js'
import { mayPass, remoteError } from './fault.js'
import type { RemotePlace } from './remote-place.js'

export interface Asking {
  /** Begins messages: `could not store NAME in …`. */
  readonly what: string
  readonly signal?: AbortSignal | undefined
  /** Lets a request that changes something come to its end for so long when the signal is aborted. */
  readonly graceMs?: number
  /** Ask once: the caller must look before it is asked again. */
  readonly once?: boolean
}

/** What an SDK takes with each request. */
export interface RequestOptions {
  readonly abortSignal?: AbortSignal
}

/**
 * Asks a service, again while its fault may pass, and gives what it says. This is the only place that asks
 * again: no SDK does. What the service refuses is thrown as it came, for callers that know what to make of
 * it: `remoteError` makes it one of ours.
 */
export async function askService<T>(
  place: RemotePlace,
  asking: Asking,
  ask: (options: RequestOptions) => Promise<T>,
): Promise<T> {
  const { what, signal, once = false } = asking
  for (let attempt = 1; ; attempt += 1) {
    requireGoing(signal, what)
    try {
      return await withGrace(asking, ask)
    } catch (error) {
      requireGoing(signal, what)
      if (once || !mayPass(error, place.faults)) throw error
      if (attempt === place.pace.attempts) throw remoteError(error, what, place, attempt)
      await pause(place, attempt, error, asking)
    }
  }
}

/** The pause before the next attempt: longer each time, and as long as the service asks for. */
export async function pause(
  { clock, pace, faults }: RemotePlace,
  attempt: number,
  error: unknown,
  { what, signal }: Asking,
): Promise<void> {
  const growing = pace.firstPauseMs * 2 ** (attempt - 1) * (0.75 + Math.random() / 2)
  const ms = Math.min(pace.longestPauseMs, Math.max(growing, faults.read(error).retryAfterMs))
  try {
    await clock.sleep(ms, signal)
  } catch (cause) {
    throw signal?.aborted ? stopped(signal, what) : cause
  }
}

async function withGrace<T>(
  { signal, graceMs = 0 }: Asking,
  ask: (options: RequestOptions) => Promise<T>,
): Promise<T> {
  if (!signal) return await ask({})
  if (graceMs === 0) return await ask({ abortSignal: signal })
  const late = graced(signal, () => graceMs)
  try {
    return await ask({ abortSignal: late.signal })
  } finally {
    late.end()
  }
}
