import bearerAuth from '@fastify/bearer-auth'
import type { FastifyInstance } from 'fastify'
import type { Keyring } from './keyring.js'
import type { WrongKeys } from './wrong-keys.js'

export interface KeyOptions {
  readonly keyring: Keyring
  readonly wrongKeys: WrongKeys
}

/** The hook that lets in who sends a key that is known; for the routes of this plugin only. */
export async function bearerKey(
  app: FastifyInstance,
  { keyring, wrongKeys }: KeyOptions,
): Promise<NonNullable<FastifyInstance['verifyBearerAuth']>> {
  await app.register(bearerAuth, {
    keys: [],
    auth: async (key, request) => {
      if (keyring(key)) return true
      await wrongKeys.count(request)
      return false
    },
    // RFC 9110, 11.1: the name of the scheme is case-insensitive; the other value would demand "Bearer".
    specCompliance: 'rfc6749',
    addHook: false,
    verifyErrorLogLevel: 'info',
  })
  const { verifyBearerAuth } = app
  if (verifyBearerAuth === undefined) throw new Error('the bearer plugin did not decorate the app')
  return verifyBearerAuth
}
