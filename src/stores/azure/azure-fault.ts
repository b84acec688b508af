import { messageOf } from '../../core/message-of.js'
import { isOneOf, type Fault, type FaultReader } from '../remote/fault.js'

function faultOf(error: unknown): Fault {
  const known = Object(error) as {
    readonly name?: unknown
    readonly code?: unknown
    readonly statusCode?: number
    readonly details?: { readonly errorCode?: unknown }
    readonly response?: { readonly headers?: { get(name: string): string | undefined } }
  }
  const status = known.statusCode ?? null
  // An answer to HEAD has its code in a header only.
  const codes = [known.code, known.details?.errorCode, headerOf(known, 'x-ms-error-code')]
  const code = codes.find((one) => typeof one === 'string' && one !== 'REQUEST_SEND_ERROR')
  const named = code ?? (status === null ? known.name : 'RestError')
  const message = firstLine(messageOf(error))
  return {
    // Not every service that speaks as Azure calls it so.
    code: status === 400 && /md5/i.test(message) ? 'Md5Mismatch' : String(named),
    status,
    message,
    retryAfterMs: (Number(headerOf(known, 'retry-after')) || 0) * 1000,
  }
}

function headerOf(
  { response }: { readonly response?: { readonly headers?: { get(name: string): unknown } } },
  name: string,
): unknown {
  return response?.headers?.get(name)
}

/** What follows are the id and the time of the request; of an answer without text, all of its headers. */
function firstLine(message: string): string {
  const [first = ''] = message.split('\n')
  return first.trim().startsWith('{') ? '' : first.trim()
}

export function isFault(
  error: unknown,
  ...codesAndStatuses: readonly (string | number)[]
): boolean {
  return isOneOf(faultOf(error), codesAndStatuses)
}

const passingCodes = new Set([
  'ServerBusy',
  'InternalError',
  'OperationTimedOut',
  // Bytes changed on the way.
  'Md5Mismatch',
  'InvalidMd5',
  // A container that is being made again after its removal.
  'ContainerBeingDeleted',
])

interface AzureNames {
  readonly container: string
  readonly secrets: readonly string[]
}

export function azureFaults(names: AzureNames): FaultReader {
  return {
    read: faultOf,
    passingCodes,
    hint: (fault) => refusalHint(fault, names),
    secrets: names.secrets,
  }
}

/** What to set, where the service refuses; null for any other fault. */
function refusalHint({ code, status }: Fault, { container }: AzureNames): string | null {
  if (code === 'ContainerNotFound' || code === 'InvalidResourceName')
    return `There is no container "${container}" there: check its name, the account and the endpoint, or make it.`
  if (code === 'AuthenticationFailed')
    return 'The key or the signature is not right for this account, or the signature has expired: check both, and the clock of this machine.'
  if (/^(BlobImmutableDueToPolicy|BlobImmutableDueToLegalHold)$/.test(code))
    return 'A rule of the container keeps it for now. Let the retention policy keep backups as long as that rule does.'
  if (code === 'AccountIsDisabled') return 'The storage account is disabled.'
  if (status !== 401 && status !== 403) return null
  return `The credentials may not do this, or may not be right for this account. They need to read, create, write, delete and list blobs in the container "${container}".`
}
