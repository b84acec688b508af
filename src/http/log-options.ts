import type { FastifyRequest, FastifyServerOptions } from 'fastify'
import type { CheckedOptions } from './app-options.js'
import type { Scrubber } from './scrubber.js'

const secretHeaders = ['authorization', 'cookie', 'set-cookie', 'proxy-authorization']

/** Log lines never hold keys: not from headers, an address or the message of an error. */
export function logOptions(
  { log }: CheckedOptions,
  scrubber: Scrubber,
): NonNullable<FastifyServerOptions['logger']> {
  return {
    level: log.level,
    ...(log.stream && { stream: log.stream }),
    redact: {
      paths: [...secretHeaders, ...secretHeaders.map((name) => `*.headers["${name}"]`), 'key'],
      censor: '[redacted]',
    },
    serializers: {
      req: (request: FastifyRequest) => ({
        method: request.method,
        // Without the query: someone may have put the key there.
        url: scrubber.keys(request.url.replace(/\?.*$/s, '')),
        remoteAddress: request.ip,
      }),
      err: (error: unknown) => describeError(error, scrubber),
    },
  }
}

interface DescribedError {
  readonly type: string
  readonly message: string
  readonly stack: string
  readonly [more: string]: unknown
}

function describeError(error: unknown, scrubber: Scrubber): DescribedError {
  if (!(error instanceof Error)) return { type: typeof error, message: '', stack: '' }
  return {
    type: error.name,
    message: scrubber.keys(error.message),
    stack: scrubber.keys(stackWithCauses(error)),
    ...('code' in error && { code: String(error.code) }),
  }
}

function stackWithCauses(error: Error, depth = 0): string {
  const own = error.stack ?? error.message
  if (!(error.cause instanceof Error) || depth === 8) return own
  return `${own}\ncaused by: ${stackWithCauses(error.cause, depth + 1)}`
}
