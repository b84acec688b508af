import { OctavoError } from '../../core/errors.js'
import { maskSaid } from '../../core/mask-said.js'
import type { RemotePlace } from './remote-place.js'

/** What an answer of a service, or the lack of one, says. */
export interface Fault {
  /** Of the service (`NoSuchKey`) or of the system (`ECONNREFUSED`); else the error's name. */
  readonly code: string
  /** Null where no answer came. */
  readonly status: number | null
  readonly message: string
  readonly retryAfterMs: number
}

/** How the faults of a kind of service are read. */
export interface FaultReader {
  readonly read: (error: unknown) => Fault
  /** Codes that may pass, besides those whose status says it. */
  readonly passingCodes: ReadonlySet<string>
  /** What to set, where the service refuses; null for any other fault. */
  readonly hint: (fault: Fault) => string | null
  /** The credentials of the store, which no message may hold. */
  readonly secrets: readonly string[]
}

/** Without an answer these say that none will come: a name, a certificate, an answer of something else. */
const lastingWithoutAnswer = /CERT|SIGNED|TLS|SSL|UNABLE_TO|ERR_INVALID|EPROTO/

/** Whether the same may succeed a moment later. */
export function mayPass(error: unknown, { read, passingCodes }: FaultReader): boolean {
  if (error instanceof OctavoError) return false
  const { code, status } = read(error)
  if (status === null) return !lastingWithoutAnswer.test(code) && !(error instanceof TypeError)
  return passingCodes.has(code) || status >= 500 ? status !== 501 : status === 408 || status === 429
}

/** Whether a fault has one of the codes or statuses. */
export function isOneOf(
  { code, status }: Fault,
  codesAndStatuses: readonly (string | number)[],
): boolean {
  return codesAndStatuses.includes(code) || (status !== null && codesAndStatuses.includes(status))
}

/** The error of ours for a fault that did not pass. `what` begins the message. */
export function remoteError(
  error: unknown,
  what: string,
  { faults }: Pick<RemotePlace, 'faults'>,
  tried = 1,
): OctavoError {
  if (error instanceof OctavoError) return error
  const fault = faults.read(error)
  const { status } = fault
  // Both are of the service.
  const code = maskSaid(fault.code, faults.secrets)
  const message = fault.message === fault.code ? '' : maskSaid(fault.message, faults.secrets)
  const said = [code, status === null ? '' : `(${status})`, message]
  const text = `${what}: ${said.filter((part) => part !== '').join(' ')}`
  const hint = faults.hint(fault)
  const options = {
    // Not the error itself: it carries the request, and that its signature or token.
    cause: new Error(`${code}: ${message}`),
    details: { store: code, ...(status === null ? {} : { status }) },
  }
  if (hint !== null) return new OctavoError('store-refused', text, { ...options, hint })
  const tries = tried > 1 ? `; tried ${tried} times` : ''
  return new OctavoError('store-failed', text + tries, options)
}

/** The same error, and what a person should know besides. */
export function withLeftover(error: unknown, note: string): unknown {
  if (!(error instanceof OctavoError)) return error
  const { code, message, hint, cause, details } = error
  return new OctavoError(code, message, { hint: `${hint} ${note}`, cause, details })
}
