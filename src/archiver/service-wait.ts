import type { Clock } from '../core/clock.js'
import { OctavoError } from '../core/errors.js'

/** The detail that marks an answer of the host in place of a service that is not up yet. */
export const hostStarting = 'hostStarting'

/** The detail that marks an error which the service itself calls lasting. */
export const lasting = 'lasting'

const passingFaults = [
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EPIPE',
  'ERR_STREAM_PREMATURE_CLOSE',
]
const firstPauseMs = 5_000
const longestPauseMs = 60_000

export interface WaitOptions {
  readonly waitMs: number
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Told before each pause. */
  readonly onWait?: (error: OctavoError, pauseMs: number) => void
}

/**
 * Calls `ask` again while its error is one that passes by itself (asleep, being deployed, busy,
 * unreachable), for `waitMs` in all; a Retry-After is kept to. The last error is thrown.
 */
export async function askUntilUp<T>(ask: () => Promise<T>, options: WaitOptions): Promise<T> {
  let left = options.waitMs
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await ask()
    } catch (thrown) {
      const error = asFetchError(thrown, options.signal)
      const pauseMs = pauseFor(error, attempt)
      if (!passes(error) || pauseMs > left) throw error
      left -= pauseMs
      options.onWait?.(error, pauseMs)
      await pause(pauseMs, options)
    }
  }
}

async function pause(ms: number, { clock, signal }: WaitOptions): Promise<void> {
  try {
    await clock.sleep(ms, signal)
  } catch (error) {
    throw stopped(signal, error)
  }
}

function pauseFor({ details }: OctavoError, attempt: number): number {
  const asked = details['retryAfterSeconds']
  if (typeof asked === 'number') return Math.max(1, asked) * 1000
  return Math.min(longestPauseMs, firstPauseMs * 2 ** attempt)
}

function passes({ code, details }: OctavoError): boolean {
  if (code !== 'fetch-failed') return false
  if (details[hostStarting] === true) return true
  const { status, fault } = details
  if (typeof status === 'number')
    return details[lasting] !== true && (status >= 500 || status === 408 || status === 429)
  return typeof fault !== 'string' || passingFaults.includes(fault)
}

/** Names the faults of the network and the disk; errors of ours pass as they are. */
function asFetchError(thrown: unknown, signal: AbortSignal): OctavoError {
  if (thrown instanceof OctavoError) return thrown
  if (signal.aborted) return stopped(signal, thrown)
  const fault = faultOf(thrown)
  if (fault === 'ENOSPC')
    return new OctavoError('space-short', 'the disk is full: the export could not be stored', {
      cause: thrown,
    })
  const why = thrown instanceof Error && thrown.message !== '' ? thrown.message : fault
  if (fault?.startsWith('Z_'))
    return new OctavoError('fetch-failed', `the download is damaged: ${why}`, { cause: thrown })
  return new OctavoError('fetch-failed', `the export could not be fetched: ${why}`, {
    cause: thrown,
    ...(fault === undefined ? {} : { details: { fault } }),
  })
}

function stopped(signal: AbortSignal, cause: unknown): OctavoError {
  if (signal.reason instanceof OctavoError) return signal.reason
  return new OctavoError('aborted', 'the export was not fetched to its end', { cause })
}

function faultOf(thrown: unknown): string | undefined {
  if (thrown instanceof AggregateError) return faultOf(thrown.errors[0])
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string'
    ? thrown.code
    : undefined
}
