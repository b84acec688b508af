import type { Clock } from '../core/clock.js'
import { certificateHint, isCertificateCode } from './certificate-fault.js'
import type { SendFault } from './try-send.js'

export interface HttpCall {
  readonly url: URL
  readonly method: 'GET' | 'POST'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export interface HttpLimits {
  readonly clock: Clock
  readonly limitMs: number
  readonly signal: AbortSignal | undefined
}

/** One request; null where it was taken. What the answer says beside its status is not read. */
export async function makeCall(
  { url, method, headers = {}, body }: HttpCall,
  { clock, limitMs, signal }: HttpLimits,
): Promise<SendFault | null> {
  const limit = AbortSignal.timeout(limitMs)
  try {
    const answer = await fetch(url, {
      method,
      headers: { 'user-agent': 'octavo', ...headers },
      ...(body !== undefined && { body }),
      // A redirect would take what the address and the body hold to another host.
      redirect: 'manual',
      signal: signal === undefined ? limit : AbortSignal.any([limit, signal]),
    })
    // Nobody waits for the rest of an answer that breaks off.
    await answer.body?.cancel().catch(() => undefined)
    return faultOf(answer, clock.now())
  } catch (error) {
    if (limit.aborted) return { why: `it did not answer within ${limitMs / 1000} s`, mayPass: true }
    return connectionFault(error)
  }
}

function faultOf({ ok, status, headers }: Response, now: Date): SendFault | null {
  if (ok) return null
  if (status >= 300 && status < 400)
    return {
      why: `it answered ${status}, and redirects are not followed`,
      mayPass: false,
      hint: 'Give the address that it leads to, if it is one that you trust.',
    }
  const mayPass = status >= 500 || status === 429 || status === 408
  const waitMs = retryAfterMs(headers.get('retry-after'), now)
  return { why: `it answered ${status}`, mayPass, ...(waitMs !== null && { waitMs }) }
}

/** Seconds, or a date: RFC 9110, 10.2.3. Null where nothing useful is said. */
function retryAfterMs(header: string | null, now: Date): number | null {
  if (header === null) return null
  const ms = /^\s*\d+(\.\d+)?\s*$/.test(header)
    ? Number(header) * 1000
    : Date.parse(header) - now.getTime()
  return Number.isNaN(ms) ? null : Math.max(0, ms)
}

/** `fetch failed` says nothing: the cause of it does. Its message might hold the address. */
function connectionFault(error: unknown): SendFault {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  const code =
    cause instanceof Error && 'code' in cause && cause.code !== ''
      ? String(cause.code)
      : 'no reason'
  const isCertificate = isCertificateCode(code)
  return {
    why: `there was no connection (${code})`,
    mayPass: !isCertificate,
    ...(isCertificate && { hint: certificateHint }),
  }
}
