import type { FastifyReply, FastifyRequest } from 'fastify'
import { browserAddresses } from '../browser/browser-files.js'
import type { AdminOptions } from '../admin-options.js'
import { knownPerson } from '../session/person-hook.js'
import type { Visit } from './layout.js'

/** What a page says of who asks for it. What the last form has done is told by this page, and no other. */
export function visitOf(
  request: FastifyRequest,
  reply: FastifyReply,
  { base }: Pick<AdminOptions, 'base'>,
): Visit {
  const { session } = request
  const told = session.told ?? null
  if (told !== null) session.told = undefined
  return {
    base,
    person: knownPerson(request),
    csrf: reply.generateCsrf({ userInfo: sessionMark(request) }),
    told,
    files: browserAddresses(base),
    path: request.url.slice(base.length).replace(/\?.*$/s, '') || '/',
  }
}

/** What ties the token of a form to the session that it was made in. */
export function sessionMark({ session }: FastifyRequest): string {
  return session.name === undefined ? 'nobody' : session.sessionId
}
