import bearerAuth from '@fastify/bearer-auth'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Caller, Scope } from '../core/access.js'
import { OctavoError } from '../core/errors.js'
import type { Keyring } from './keyring.js'
import type { WrongKeys } from './wrong-keys.js'

export interface KeyOptions {
  readonly keyring: Keyring
  readonly wrongKeys: WrongKeys
}

export type KeyHook = NonNullable<FastifyInstance['verifyBearerAuth']>

/**
 * Gives the hook that lets in who sends a key with one of the scopes; for the routes of this plugin only.
 * Several hooks of one plugin may ask for different scopes.
 */
export async function bearerKey(
  app: FastifyInstance,
  { keyring, wrongKeys }: KeyOptions,
): Promise<(...wanted: readonly Scope[]) => KeyHook> {
  await app.register(bearerAuth, {
    keys: [],
    auth: async (key, request) => {
      const caller = await keyring(key)
      if (caller === null) await wrongKeys.count(request)
      else callers.set(request, caller)
      return caller !== null
    },
    // RFC 9110, 11.1: the name of the scheme is case-insensitive; the other value would demand "Bearer".
    specCompliance: 'rfc6749',
    addHook: false,
    verifyErrorLogLevel: 'info',
  })
  const { verifyBearerAuth } = app
  if (verifyBearerAuth === undefined) throw new Error('the bearer plugin did not decorate the app')
  return (...wanted) =>
    (request, reply, done) =>
      verifyBearerAuth.call(app, request, reply, (error?: Error) => {
        done(error ?? scopeFault(callerOf(request), wanted))
      })
}

const callers = new WeakMap<FastifyRequest, Caller>()

/** Notes who sent a request, where something else than a key says so. */
export function setCaller(request: FastifyRequest, caller: Caller): void {
  callers.set(request, caller)
}

/** Who sent a request that a hook of `bearerKey` has let in. */
export function callerOf(request: FastifyRequest): Caller {
  const caller = callers.get(request)
  if (caller === undefined) throw new Error('no hook has looked at the key of this request')
  return caller
}

/** What keeps a caller from something that needs one of the scopes. */
export function scopeFault(
  { name, scopes }: Caller,
  wanted: readonly Scope[],
): OctavoError | undefined {
  if (wanted.some((scope) => scopes.has(scope))) return undefined
  return new OctavoError(
    'scope-missing',
    `${name} has no scope for this: it needs ${wanted.join(' or ')}`,
  )
}
