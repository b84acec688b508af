import type { Clock } from '../core/clock.js'
import { OctavoError } from '../core/errors.js'

/** Why a try did not go through. */
export interface SendFault {
  /** Without a secret: `it answered 500`. */
  readonly why: string
  /** Whether the same may go through in a moment. */
  readonly mayPass: boolean
  /** How long the other side wants to be left alone. */
  readonly waitMs?: number
  readonly hint?: string
}

export interface SendTries {
  /** Of the channel, for people. */
  readonly shown: string
  readonly clock: Clock
  readonly signal: AbortSignal | undefined
}

/** Before the second and the third try; there is no fourth. */
const pausesMs = [2_000, 10_000]

/** A channel that wants to be left alone for longer is not tried again: a backup waits for it. */
const longestWaitMs = 60_000

/**
 * Tries to send until it goes through, three times at most, and then throws `notify-failed`. The error
 * has no cause: what libraries put into their errors is not known to be free of secrets.
 */
export async function trySend(
  attempt: () => Promise<SendFault | null>,
  { shown, clock, signal }: SendTries,
): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    signal?.throwIfAborted()
    const fault = await attempt()
    if (fault === null) return
    signal?.throwIfAborted()
    const pauseMs = Math.max(pausesMs[tries - 1] ?? Infinity, fault.waitMs ?? 0)
    if (!fault.mayPass || pauseMs > longestWaitMs) throw notifyFailed(shown, fault, tries)
    await clock.sleep(pauseMs, signal)
  }
}

function notifyFailed(shown: string, { why, hint }: SendFault, tries: number): OctavoError {
  const often = tries === 1 ? '' : `, ${tries} times`
  return new OctavoError('notify-failed', `${shown} could not be notified: ${why}${often}`, {
    ...(hint !== undefined && { hint }),
    details: { channel: shown, tries },
  })
}
