import type { S3 } from '@aws-sdk/client-s3'
import { requireGoing, stopped } from '../stopped.js'
import { faultOf, mayPass, s3Error } from './s3-fault.js'
import type { S3Place } from './s3-place.js'

export interface Asking {
  /** Begins messages: `could not store NAME in …`. */
  readonly what: string
  readonly signal?: AbortSignal | undefined
  /** Lets a request that changes something come to its end for so long when the signal is aborted. */
  readonly graceMs?: number
  /** Ask once: the caller must look before it is asked again. */
  readonly once?: boolean
}

/** What every call of the SDK takes. */
export interface SdkOptions {
  readonly abortSignal?: AbortSignal
}

type Ask<T> = (s3: S3, options: SdkOptions) => Promise<T>

/**
 * Asks the service, again while its fault may pass, and gives what it says. What it refuses is thrown as
 * the SDK has it, for callers that know what to make of it: `s3Error` makes it one of ours.
 */
export async function askS3<T>(place: S3Place, asking: Asking, ask: Ask<T>): Promise<T> {
  const { what, signal, once = false } = asking
  const s3 = await place.client()
  for (let attempt = 1; ; attempt += 1) {
    requireGoing(signal, what)
    try {
      return await withGrace(asking, (options) => ask(s3, options))
    } catch (error) {
      requireGoing(signal, what)
      if (once || !mayPass(error)) throw error
      if (attempt === place.pace.attempts) throw s3Error(error, what, place, attempt)
      await pause(place, attempt, error, asking)
    }
  }
}

/** The same, with every fault as an error of ours. */
export async function askS3OrFail<T>(place: S3Place, asking: Asking, ask: Ask<T>): Promise<T> {
  try {
    return await askS3(place, asking, ask)
  } catch (error) {
    throw s3Error(error, asking.what, place)
  }
}

/** The pause before the next attempt: longer each time, and as long as the service asks for. */
export async function pause(
  { clock, pace }: S3Place,
  attempt: number,
  error: unknown,
  { what, signal }: Asking,
): Promise<void> {
  const growing = pace.firstPauseMs * 2 ** (attempt - 1) * (0.75 + Math.random() / 2)
  const ms = Math.min(pace.longestPauseMs, Math.max(growing, faultOf(error).retryAfterMs))
  try {
    await clock.sleep(ms, signal)
  } catch (cause) {
    throw signal?.aborted ? stopped(signal, what) : cause
  }
}

async function withGrace<T>(
  { signal, graceMs = 0 }: Asking,
  ask: (options: SdkOptions) => Promise<T>,
): Promise<T> {
  if (!signal) return await ask({})
  if (graceMs === 0) return await ask({ abortSignal: signal })
  const late = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const onAbort = (): void => {
    timer = setTimeout(() => late.abort(signal.reason), graceMs)
  }
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await ask({ abortSignal: late.signal })
  } finally {
    signal.removeEventListener('abort', onAbort)
    clearTimeout(timer)
  }
}
