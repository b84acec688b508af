import type { FastifyInstance, FastifyRequest } from 'fastify'
import { OctavoError } from '../core/errors.js'

/**
 * Refuses what no route answers, before its body is read: with 405 where the address is answered to
 * another method (RFC 9110, 15.5.6), else with 404. It knows the routes that are added after it.
 */
export function refuseUnanswered(app: FastifyInstance): void {
  const answered: Answered = new Map()
  app.addHook('onRoute', ({ url, method }) => {
    answered.set(url, [...(answered.get(url) ?? []), ...[method].flat()])
  })
  app.addHook('onRequest', async (request) => {
    if (request.is404) throw nothingHere(request, answered)
  })
}

/** Methods by the address of a route. */
type Answered = Map<string, readonly string[]>

function nothingHere({ method, url }: FastifyRequest, answered: Answered): OctavoError {
  // Routes are found with or without a slash at the end.
  const path = url.replace(/\?.*$/s, '').replace(/\/$/, '')
  const methods = [...answered].filter(([route]) => leadsTo(route, path)).flatMap(([, all]) => all)
  if (methods.length === 0) return new OctavoError('not-found', 'nothing is found at this address')
  const allowed = [...new Set(methods)].toSorted().join(', ')
  return new OctavoError('method-not-allowed', `this address does not answer ${method}`, {
    hint: `Use one of ${allowed}.`,
    details: { allowed },
  })
}

/** Whether a route, which may hold parameters, answers this path. */
function leadsTo(route: string, path: string): boolean {
  const parts = path.split('/')
  const own = route.split('/')
  return (
    own.length === parts.length &&
    own.every((part, index) => (part.startsWith(':') ? parts[index] !== '' : part === parts[index]))
  )
}
