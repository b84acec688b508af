import { randomUUID } from 'node:crypto'
import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyHttpOptions } from 'fastify'
import type { CheckedOptions } from './app-options.js'
import { answerFor, type ErrorBody } from './error-answer.js'
import { logOptions } from './log-options.js'
import type { Scrubber } from './scrubber.js'
import { trustedProxies } from './trusted-proxies.js'

/**
 * Requests are small and come at once, so their limits are tight. None of them limits the time that
 * an export takes: the handler lifts `connectionTimeout` while one is made.
 */
const limits = {
  /** For a whole request to arrive, a file included; what is small has less (`slow-bodies.ts`). */
  requestTimeout: 60 * 60_000,
  headersTimeout: 15_000,
  /** Without a byte in either direction. */
  connectionTimeout: 60_000,
  /** Above the minute that load balancers keep an idle connection, so that they close first. */
  keepAliveTimeout: 72_000,
  bodyLimit: 16 * 1024,
}

export function serverOptions(
  options: CheckedOptions,
  scrubber: Scrubber,
): FastifyHttpOptions<Server> {
  return {
    ...limits,
    http: {
      headersTimeout: limits.headersTimeout,
      requestTimeout: limits.requestTimeout,
      connectionsCheckingInterval: 5_000,
      // A client that vanished without a word is noticed while its export is being made.
      keepAlive: true,
      keepAliveInitialDelay: 30_000,
    },
    // Ids, and the names of databases.
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 200 },
    logger: logOptions(options, scrubber),
    trustProxy: trustedProxies(options.trustProxy),
    genReqId: () => randomUUID(),
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    frameworkErrors: (error, request, reply) => {
      const { status, body } = answerFor(error, request.id, scrubber)
      // The types here belong to a route that does not exist.
      void (reply as { code(status: number): { send(body: ErrorBody): unknown } })
        .code(status)
        .send(body)
    },
    clientErrorHandler: (error, socket) => refuse(error, socket),
  }
}

const statusLines: Readonly<Record<string, string>> = {
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
}

/** Answers what is not HTTP, or took too long to become it, before there is a request. */
function refuse(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const status = statusLines[error.code ?? ''] ?? '400 Bad Request'
  const body = JSON.stringify({
    code: 'usage',
    message: `the request could not be read: ${status.slice(4).toLowerCase()}`,
    hint: 'docs/http-api.md describes the requests.',
  } satisfies ErrorBody)
  socket.end(
    `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )
}
