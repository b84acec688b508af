import { messageOf } from '../../core/message-of.js'
import { isOneOf, type Fault, type FaultReader } from '../remote/fault.js'

function faultOf(error: unknown): Fault {
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
  return isOneOf(faultOf(error), codesAndStatuses)
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

interface S3Names {
  readonly bucket: string
  readonly region: string
  readonly secrets: readonly string[]
}

export function s3Faults(names: S3Names): FaultReader {
  return {
    read: faultOf,
    passingCodes,
    hint: (fault) => refusalHint(fault, names),
    secrets: names.secrets,
  }
}

/** What to set, where the service refuses; null for any other fault. */
function refusalHint({ code, status }: Fault, { bucket, region }: S3Names): string | null {
  if (code === 'NoSuchBucket' || code === 'InvalidBucketName')
    return `There is no bucket "${bucket}" there: check its name, the endpoint and the region, or make it.`
  if (code === 'InvalidAccessKeyId') return 'The service does not know the access key id: check it.'
  if (code === 'SignatureDoesNotMatch')
    return 'The secret access key does not belong to the access key id: check both, and the region.'
  if (/^(ExpiredToken|InvalidToken|TokenRefreshRequired)/.test(code))
    return 'The session token is no longer valid: get new credentials.'
  if (code === 'RequestTimeTooSkewed')
    return 'The clock of this machine is wrong, and the service refuses its requests: set it.'
  if (code === 'PermanentRedirect' || code === 'AuthorizationHeaderMalformed' || status === 301)
    return `The bucket is not in the region ${region}: set the one that it is in.`
  if (status !== 401 && status !== 403) return null
  return `The credentials may not do this. They need GetObject, PutObject, DeleteObject, ListBucket and AbortMultipartUpload on the bucket "${bucket}".`
}
