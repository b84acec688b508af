import { OctavoError } from '../../core/errors.js'
import { messageOf } from '../../core/message-of.js'
import type { S3Place } from './s3-place.js'

/** What an answer of the service, or the lack of one, says. */
export interface Fault {
  /** Of S3 (`NoSuchKey`) or of the system (`ECONNREFUSED`); else the error's name. */
  readonly code: string
  /** Null where no answer came. */
  readonly status: number | null
  readonly message: string
  readonly retryAfterMs: number
}

export function faultOf(error: unknown): Fault {
  const known = Object(error) as {
    readonly name?: unknown
    readonly code?: unknown
    readonly $metadata?: { readonly httpStatusCode?: number }
    readonly $response?: { readonly headers?: Readonly<Record<string, string>> }
  }
  const status = known.$metadata?.httpStatusCode ?? null
  const code = typeof known.code === 'string' && status === null ? known.code : known.name
  const message = messageOf(error)
  return {
    code: typeof code === 'string' ? code : 'Error',
    status,
    // What the SDK says where the answer had no text.
    message: message === 'UnknownError' ? '' : message,
    retryAfterMs: (Number(known.$response?.headers?.['retry-after']) || 0) * 1000,
  }
}

export function isFault(
  error: unknown,
  ...codesAndStatuses: readonly (string | number)[]
): boolean {
  const { code, status } = faultOf(error)
  return codesAndStatuses.includes(code) || (status !== null && codesAndStatuses.includes(status))
}

const passingCodes = new Set([
  'SlowDown',
  'InternalError',
  'RequestTimeout',
  'ServiceUnavailable',
  'Throttling',
  'ThrottlingException',
  'RequestLimitExceeded',
  'TooManyRequests',
  'OperationAborted',
  'ConditionalRequestConflict',
  // Bytes changed on the way.
  'BadDigest',
  'XAmzContentSHA256Mismatch',
  'IncompleteBody',
  // The SDK learns the service's time from this answer.
  'RequestTimeTooSkewed',
])

/** Without an answer these say that none will come: a name, a certificate, an answer that is not S3. */
const lastingWithoutAnswer = /CERT|SIGNED|TLS|SSL|UNABLE_TO|ERR_INVALID|EPROTO/

/** Whether the same may succeed a moment later. */
export function mayPass(error: unknown): boolean {
  if (error instanceof OctavoError) return false
  const { code, status } = faultOf(error)
  if (status === null) return !lastingWithoutAnswer.test(code) && !(error instanceof TypeError)
  return passingCodes.has(code) || status >= 500 ? status !== 501 : status === 408 || status === 429
}

/** The error of ours for a fault that did not pass. `what` begins the message. */
export function s3Error(error: unknown, what: string, place: S3Place, tried = 1): OctavoError {
  if (error instanceof OctavoError) return error
  const { code, status, message } = faultOf(error)
  const said = [code, status === null ? '' : `(${status})`, message === code ? '' : message]
  const text = `${what}: ${said.filter((part) => part !== '').join(' ')}`
  const hint = refusalHint(code, status, place)
  const options = {
    // Not the error itself: it carries the request, and that its signature and session token.
    cause: new Error(mask(`${code}: ${message}`, place)),
    details: { store: code, ...(status === null ? {} : { status }) },
  }
  if (hint !== null)
    return new OctavoError('store-refused', mask(text, place), { ...options, hint })
  const tries = tried > 1 ? `; tried ${tried} times` : ''
  return new OctavoError('store-failed', mask(text + tries, place), options)
}

/** What to set, where the service refuses; null for any other fault. */
function refusalHint(code: string, status: number | null, place: S3Place): string | null {
  if (code === 'NoSuchBucket' || code === 'InvalidBucketName')
    return `There is no bucket "${place.bucket}" there: check its name, the endpoint and the region, or make it.`
  if (code === 'InvalidAccessKeyId') return 'The service does not know the access key id: check it.'
  if (code === 'SignatureDoesNotMatch')
    return 'The secret access key does not belong to the access key id: check both, and the region.'
  if (/^(ExpiredToken|InvalidToken|TokenRefreshRequired)/.test(code))
    return 'The session token is no longer valid: get new credentials.'
  if (code === 'RequestTimeTooSkewed')
    return 'The clock of this machine is wrong, and the service refuses its requests: set it.'
  if (code === 'PermanentRedirect' || code === 'AuthorizationHeaderMalformed' || status === 301)
    return `The bucket is not in the region ${place.region}: set the one that it is in.`
  if (status !== 401 && status !== 403) return null
  return `The credentials may not do this. They need GetObject, PutObject, DeleteObject, ListBucket and AbortMultipartUpload on the bucket "${place.bucket}".`
}

function mask(text: string, { secrets }: S3Place): string {
  return secrets.reduce((masked, secret) => masked.replaceAll(secret, '***'), text)
}
