import { Socket } from 'node:net'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { onAnswerOver } from './on-answer-over.js'

export function headerText(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name]
  return Array.isArray(value) ? value.join(', ') : value
}

/** Aborted when the answer is over, or its client has left. */
export function leaveSignal(reply: FastifyReply): AbortSignal {
  const controller = new AbortController()
  onAnswerOver(reply, () => controller.abort())
  return controller.signal
}

/** 0 where nothing moves on the connection while the answer is made; while it is sent, something must. */
export function setSocketTimeout(request: FastifyRequest, ms: number): void {
  if (request.raw.socket instanceof Socket) request.raw.socket.setTimeout(ms)
}
