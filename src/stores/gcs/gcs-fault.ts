import { STATUS_CODES, type IncomingHttpHeaders } from 'node:http'
import { messageOf } from '../../core/message-of.js'
import { isOneOf, type Fault, type FaultReader } from '../remote/fault.js'

/** An answer of the service that is no success. */
export class GcsFault extends Error {
  readonly status: number
  /** The reason that the service gives, else what the status means. */
  readonly code: string
  readonly retryAfterMs: number

  constructor(status: number, { reason, message }: Said, headers: IncomingHttpHeaders = {}) {
    super(message)
    this.status = status
    this.code = reason ?? STATUS_CODES[status] ?? 'Fault'
    this.retryAfterMs = (Number(headers['retry-after']) || 0) * 1000
  }
}

interface Said {
  readonly reason?: string | undefined
  readonly message: string
}

/** `{"error": {"message": …, "errors": [{"reason": …}]}}`, or plain text. */
export function saidIn(text: string): Said {
  try {
    const { error } = JSON.parse(text) as {
      readonly error?: { readonly message?: unknown; readonly errors?: { reason?: unknown }[] }
    }
    const reason = error?.errors?.[0]?.reason
    const message = typeof error?.message === 'string' ? error.message : ''
    return { reason: typeof reason === 'string' ? reason : undefined, message }
  } catch {
    // A page of something between us and the service says nothing.
    const plain = text.startsWith('<') ? '' : text
    return { reason: undefined, message: plain.trim().slice(0, 200) }
  }
}

function faultOf(error: unknown): Fault {
  if (error instanceof GcsFault) {
    const { status, code, message, retryAfterMs } = error
    return { status, code, message, retryAfterMs }
  }
  // Of the library that gets tokens.
  const known = Object(error) as {
    readonly name?: unknown
    readonly code?: unknown
    readonly response?: { readonly status?: number; readonly data?: unknown }
  }
  const { error: said } = Object(known.response?.data) as { readonly error?: unknown }
  const code = [said, known.code, known.name].find((one) => typeof one === 'string')
  return {
    code: String(code ?? 'Error'),
    status: known.response?.status ?? null,
    message: messageOf(error),
    retryAfterMs: 0,
  }
}

export function isFault(
  error: unknown,
  ...codesAndStatuses: readonly (string | number)[]
): boolean {
  return isOneOf(faultOf(error), codesAndStatuses)
}

/** Whether the service found other bytes than were sent. */
export function isBadDigest(error: unknown): boolean {
  return isFault(error, 400) && /doesn't match calculated/.test(messageOf(error))
}

const passingCodes = new Set([
  'rateLimitExceeded',
  'userRateLimitExceeded',
  'backendError',
  'internalError',
])

/** What a request that only names the bucket is refused with where there is none. */
export const noBucket = 'bucketNotFound'

interface GcsNames {
  readonly bucket: string
  readonly secrets: readonly string[]
}

export function gcsFaults(names: GcsNames): FaultReader {
  return {
    read: faultOf,
    passingCodes,
    hint: (fault) => refusalHint(fault, names),
    secrets: names.secrets,
  }
}

/** What to set, where the service refuses; null for any other fault. */
function refusalHint({ code, status }: Fault, { bucket }: GcsNames): string | null {
  if (code === noBucket)
    return `There is no bucket "${bucket}" there: check its name and the endpoint, or make it.`
  if (/^invalid_(grant|client|scope)|^unauthorized_client/.test(code) || status === 401)
    return 'Google does not take the credentials: check whether the key was removed, and the clock of this machine.'
  if (code === 'retentionPolicyNotMet' || code === 'objectUnderActiveHold')
    return 'A rule of the bucket keeps it for now. Let the retention policy keep backups as long as that rule does.'
  if (code === 'accountDisabled' || code === 'userProjectAccountProblem')
    return 'The billing account of the bucket is not in order.'
  if (status !== 403) return null
  return `The credentials may not do this. They need storage.objects.get, create, delete and list on the bucket "${bucket}": the role Storage Object User holds them.`
}
