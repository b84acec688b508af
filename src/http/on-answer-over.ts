import type { FastifyReply } from 'fastify'

/** Calls `over` once, when the answer was sent to its end or its client has left. */
export function onAnswerOver({ raw }: FastifyReply, over: () => void): void {
  if (raw.closed || raw.destroyed) over()
  else raw.once('close', over)
}
