import type { Clock } from '../../core/clock.js'
import { isRefusal } from './explain-refusal.js'
import { isRequestError } from './request-error.js'

/** Whether the same may succeed later, where nothing below us tries again. */
export function passes(error: unknown): boolean {
  if (!isRequestError(error)) return error instanceof TypeError
  return !isRefusal(error)
}

export interface Pausing {
  readonly clock: Clock
  readonly limits: { readonly firstPauseMs: number; readonly longestPauseMs: number }
}

/** Longer each time, and as long as GitHub asks for. Throws the error where that is too long. */
export async function pauseAfter(
  { clock, limits }: Pausing,
  attempt: number,
  error: unknown,
  signal: AbortSignal | undefined,
): Promise<void> {
  const growing = limits.firstPauseMs * 2 ** (attempt - 1) * (0.75 + Math.random() / 2)
  const asked = askedPauseMs(error, clock.now())
  if (asked > limits.longestPauseMs) throw error
  await clock.sleep(Math.max(growing, asked), signal)
}

function askedPauseMs(error: unknown, now: Date): number {
  if (!isRequestError(error)) return 0
  const headers = error.response?.headers ?? {}
  const after = Number(headers['retry-after'])
  if (Number.isFinite(after)) return after * 1000
  if (headers['x-ratelimit-remaining'] !== '0') return 0
  return Math.max(0, Number(headers['x-ratelimit-reset']) * 1000 - now.getTime() || 0)
}
