import type { FastifyInstance, FastifyRequest } from 'fastify'
import { OctavoError } from '../core/errors.js'

/**
 * Refuses what no route answers, before its body is read: with 405 where the address is answered to
 * another method (RFC 9110, 15.5.6), else with 404. It knows the routes that are added after it.
 */
export function refuseUnanswered(app: FastifyInstance): void {
  const answered = new Map<string, readonly string[]>()
  app.addHook('onRoute', ({ url, method }) => {
    answered.set(url, [...(answered.get(url) ?? []), ...[method].flat()])
  })
  app.addHook('onRequest', async (request) => {
    if (request.is404) throw nothingHere(request, answered)
  })
}

function nothingHere(
  { method, url }: FastifyRequest,
  answered: ReadonlyMap<string, readonly string[]>,
): OctavoError {
  // Routes are found with or without a slash at the end.
  const path = url.replace(/\?.*$/s, '').replace(/\/$/, '')
  const methods = answered.get(path)
  if (!methods) return new OctavoError('not-found', 'nothing is found at this address')
  const allowed = [...new Set(methods)].toSorted().join(', ')
  return new OctavoError('method-not-allowed', `this address does not answer ${method}`, {
    hint: `Use one of ${allowed}.`,
    details: { allowed },
  })
}
