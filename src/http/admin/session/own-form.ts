import type { FastifyInstance, preValidationHookHandler } from 'fastify'

/** The hook of every route that a form is sent to: it came from a page of this session, or nothing is done. */
export function ownForm(app: FastifyInstance): preValidationHookHandler {
  return (request, reply, done) => {
    app.csrfProtection(request, reply, done)
  }
}
