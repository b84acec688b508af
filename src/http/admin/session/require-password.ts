import type { FastifyRequest } from 'fastify'
import { OctavoError } from '../../../core/errors.js'
import type { AdminOptions } from '../admin-options.js'
import { personOf } from './person-hook.js'

/** Before what changes much: a browser that was left open is not the person. */
export async function requirePassword(
  request: FastifyRequest,
  password: string,
  { admin, wrongKeys }: AdminOptions,
): Promise<void> {
  const { kind, name } = personOf(request)
  const found = await wrongKeys.whileChecking(request, () => admin.people.logIn(name, password))
  if (found.verdict === 'in' && found.person.kind === kind) return
  await wrongKeys.count(request)
  throw new OctavoError('password-wrong', 'nothing was changed: the password is wrong')
}
