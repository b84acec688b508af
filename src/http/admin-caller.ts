import type { FastifyRequest } from 'fastify'
import type { Caller, Scope } from '../core/access.js'
import { OctavoError } from '../core/errors.js'
import { mayDo, shownPerson, type People, type Person } from '../core/people.js'
import { scopeFault, type KeyOptions } from './bearer-key.js'

/** What the form of the admin page brings. */
export interface AdminForm {
  readonly key?: string | undefined
  readonly username?: string | undefined
  readonly password?: string | undefined
}

export interface AdminDoor extends KeyOptions {
  readonly people?: People | undefined
}

/** Who sends the form: the holder of a key, or somebody who may log in. Else it is refused. */
export async function adminCaller(
  request: FastifyRequest,
  form: AdminForm,
  door: AdminDoor,
): Promise<Caller> {
  const caller = form.username?.trim()
    ? await somebody(request, form, door)
    : await holderOfKey(request, form, door)
  const fault = scopeFault(caller, ['export'])
  if (fault) throw fault
  return caller
}

async function holderOfKey(
  request: FastifyRequest,
  { key = '' }: AdminForm,
  { keyring, wrongKeys }: AdminDoor,
): Promise<Caller> {
  const caller = await keyring(key.trim())
  if (caller !== null) return caller
  await wrongKeys.count(request)
  throw new OctavoError('unauthorized', 'the key is not known here')
}

async function somebody(
  request: FastifyRequest,
  { username = '', password = '' }: AdminForm,
  { people, wrongKeys }: AdminDoor,
): Promise<Caller> {
  const name = username.trim()
  const found = await wrongKeys.whileChecking(request, async () => people?.logIn(name, password))
  if (found?.verdict === 'in')
    return { name: shownPerson(found.person), scopes: scopesOf(found.person) }
  if (found?.verdict === 'not-staff')
    throw new OctavoError('not-staff', `the account ${name} is not staff`)
  await wrongKeys.count(request)
  throw new OctavoError('login-wrong', 'the name or the password is wrong')
}

function scopesOf({ role }: Person): ReadonlySet<Scope> {
  return new Set<Scope>(mayDo(role, 'export') ? ['export'] : [])
}
