import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { errorTable, type ErrorCode } from '../core/error-table.js'
import { asOctavoError, OctavoError } from '../core/errors.js'
import { holdsPath, type Scrubber } from './scrubber.js'

/** The body of every answer that is a failure. */
export const errorBodySchema = z
  .object({
    code: z.string().meta({ description: 'One of docs/errors.md.' }),
    message: z.string().meta({ description: 'What could not be done, to what, and why.' }),
    hint: z.string().meta({ description: 'What to do next.' }),
  })
  .meta({ id: 'Error' })

export type ErrorBody = z.output<typeof errorBodySchema>

export interface ErrorAnswer {
  readonly status: number
  readonly body: ErrorBody
}

/** Faults of ours and of the machine: the log has the details, the client a way to find them. */
const keptBack: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'internal',
  'io-failed',
  'config-invalid',
])

export function answerFor(thrown: unknown, requestId: string, scrubber: Scrubber): ErrorAnswer {
  const error = toOctavoError(thrown)
  return {
    status: clientStatus(thrown) ?? errorTable[error.code].status,
    body: shownError(error, scrubber, `its log tells more under the request ${requestId}`),
  }
}

/** An error as clients may see it; `more` says where the rest is of one that they may not. */
export function shownError(
  { code, message, hint }: Pick<OctavoError, 'code' | 'message' | 'hint'>,
  scrubber: Scrubber,
  more: string,
): ErrorBody {
  const told = keptBack.has(code) ? `the service failed; ${more}` : scrubber.all(message)
  return { code, message: told, hint: scrubber.all(hint) }
}

/** Sets the headers that go with a failure. */
export function setErrorHeaders(reply: FastifyReply, thrown: unknown): void {
  const { code, details } = toOctavoError(thrown)
  const { status } = errorTable[code]
  if (status === 401) void reply.header('www-authenticate', challenge)
  const { allowed, retryAfterSeconds: seconds } = details
  if (status === 405 && typeof allowed === 'string') void reply.header('allow', allowed)
  if (status === 503 || status === 429)
    void reply.header('retry-after', typeof seconds === 'number' ? seconds : 10)
}

const challenge = 'Bearer realm="Octavo", charset="UTF-8"'

export function logFailure(request: FastifyRequest, thrown: unknown, status: number): void {
  const err = toOctavoError(thrown)
  if (err.code === 'aborted') request.log.info('the client left before the answer')
  else if (status >= 500) request.log.error({ err }, 'the request failed')
  else request.log.info({ code: err.code }, 'the request was refused')
}

function toOctavoError(thrown: unknown): OctavoError {
  if (thrown instanceof OctavoError) return thrown
  if (hasZodFastifySchemaValidationErrors(thrown)) return wrongRequest(wrongParameters(thrown))
  if (!isFastifyError(thrown)) return machineFault(thrown)
  if (thrown.code.startsWith('FST_BEARER_AUTH'))
    return new OctavoError('unauthorized', 'the request carries no key that is known here')
  if (clientStatus(thrown) === undefined) return machineFault(thrown)
  // The framework may repeat what was sent: what answers put in the place of a path would tell of it.
  if (holdsPath(thrown.message)) return wrongRequest('the request can not be understood')
  return wrongRequest(thrown.message.toLowerCase().replace(/\.$/, ''))
}

/** 4xx that the framework found by itself (a body too large, a malformed address): its own status. */
function clientStatus(thrown: unknown): number | undefined {
  if (thrown instanceof OctavoError || !isFastifyError(thrown)) return undefined
  const { statusCode = 500 } = thrown
  return statusCode >= 400 && statusCode < 500 ? statusCode : undefined
}

function wrongRequest(message: string): OctavoError {
  return new OctavoError('usage', message, { hint: 'docs/http-api.md describes the requests.' })
}

interface Mistake {
  /** `/limit`, `/only/0`; empty for the whole. */
  readonly instancePath: string
  readonly message?: string | undefined
}

/** Names the parameters, never what was sent for them. */
function wrongParameters({ validation }: { readonly validation: readonly Mistake[] }): string {
  const mistakes = validation.map(({ instancePath, message = 'not understood' }) => {
    const [, name = ''] = instancePath.split('/')
    // A parameter that nobody knows has the name that was sent.
    const said = name === '' && holdsPath(message) ? 'one of its parameters is not known' : message
    return name === '' ? said : `${name}: ${said}`
  })
  return `the request has mistakes: ${mistakes.join('; ')}`
}

function machineFault(thrown: unknown): OctavoError {
  if (!(thrown instanceof Error) || !('syscall' in thrown)) return asOctavoError(thrown)
  const { code } = thrown as NodeJS.ErrnoException // an error with `syscall` is Node's own
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new OctavoError('space-short', 'the spool is full', { cause: thrown })
  return new OctavoError('io-failed', thrown.message, { cause: thrown })
}

function isFastifyError(thrown: unknown): thrown is FastifyError {
  return thrown instanceof Error && 'code' in thrown && String(thrown.code).startsWith('FST_')
}
