import type { FastifyReply, FastifyRequest } from 'fastify'
import { asOctavoError } from '../../../core/errors.js'
import { answerFor, logFailure, type ErrorBody } from '../../error-answer.js'
import type { AdminOptions } from '../admin-options.js'

/** What a person has to correct, for the form to say above its fields. All else is thrown. */
export function formFault(
  thrown: unknown,
  { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
  { scrubber }: Pick<AdminOptions, 'scrubber'>,
): ErrorBody {
  if (asOctavoError(thrown).code !== 'usage') throw thrown
  const { status, body } = answerFor(thrown, request.id, scrubber)
  logFailure(request, thrown, status)
  void reply.code(status)
  return body
}
