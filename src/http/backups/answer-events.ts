import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { headerText, leaveSignal, setSocketTimeout } from '../request-parts.js'
import { jobEvents } from './job-events.js'
import type { BackupRouteOptions } from './route-parts.js'

export interface AnswerEventsOptions extends BackupRouteOptions {
  readonly id: string
  readonly withResult?: boolean
}

/** Answers with what happens to a job until it has ended, or the listener is gone. */
export function answerEvents(
  request: FastifyRequest,
  reply: FastifyReply,
  { board, id, scrubber, checked, closing, withResult = true }: AnswerEventsOptions,
): FastifyReply {
  const after = Number(headerText(request, 'last-event-id') ?? 0)
  const signal = AbortSignal.any([leaveSignal(reply), closing])
  const { clock, stalledAnswerMs } = checked
  const events = jobEvents({
    board,
    id,
    clock,
    scrubber,
    signal,
    withResult,
    after: Number.isSafeInteger(after) && after > 0 ? after : 0,
  })
  setSocketTimeout(request, stalledAnswerMs)
  void reply.headers({
    'content-type': 'text/event-stream; charset=utf-8',
    // Else nginx would collect them.
    'x-accel-buffering': 'no',
  })
  return reply.send(Readable.from(events, { objectMode: false }))
}
