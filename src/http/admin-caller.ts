import type { FastifyRequest } from 'fastify'
import type { Caller, Scope } from '../core/access.js'
import type { Accounts } from '../core/accounts.js'
import { OctavoError } from '../core/errors.js'
import { scopeFault, type KeyOptions } from './bearer-key.js'

/** What the form of the admin page brings. */
export interface AdminForm {
  readonly key?: string | undefined
  readonly username?: string | undefined
  readonly password?: string | undefined
}

export interface AdminDoor extends KeyOptions {
  readonly accounts?: Accounts | undefined
}

const staffScopes: ReadonlySet<Scope> = new Set<Scope>(['export'])

/** Who sends the form: the holder of a key, or somebody of the staff. Else it is refused. */
export async function adminCaller(
  request: FastifyRequest,
  form: AdminForm,
  door: AdminDoor,
): Promise<Caller> {
  const caller = form.username?.trim()
    ? await staffMember(request, form, door)
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

async function staffMember(
  request: FastifyRequest,
  { username = '', password = '' }: AdminForm,
  { accounts, wrongKeys }: AdminDoor,
): Promise<Caller> {
  const name = username.trim()
  const verdict = (await accounts?.(name, password)) ?? 'wrong'
  if (verdict === 'staff') return { name: `staff ${name}`, scopes: staffScopes }
  if (verdict === 'wrong') {
    await wrongKeys.count(request)
    throw new OctavoError('login-wrong', 'the name or the password is wrong')
  }
  throw new OctavoError('not-staff', `the account ${name} is not staff`)
}
