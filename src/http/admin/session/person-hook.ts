import type { FastifyReply, FastifyRequest } from 'fastify'
import type { AuditedAction, Scope } from '../../../core/access.js'
import { OctavoError } from '../../../core/errors.js'
import { mayDo, roleFor, shownPerson, type Person, type Right } from '../../../core/people.js'
import { setCaller } from '../../bearer-key.js'
import { idOf } from '../../backups/route-parts.js'
import type { AdminOptions } from '../admin-options.js'
import { isToBeNoted } from './session-facts.js'

export type PersonHook = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>

const people = new WeakMap<FastifyRequest, Person>()

/** Who sent a request that a hook of here has let in. */
export function personOf(request: FastifyRequest): Person {
  const person = people.get(request)
  if (person === undefined) throw new Error('no hook has asked who sent this request')
  return person
}

/** Null where nobody is logged in, or nothing has asked yet. */
export function knownPerson(request: FastifyRequest): Person | null {
  return people.get(request) ?? null
}

/**
 * Gives the hook that lets in who has logged in and has the right; others are sent to the login. Who is
 * refused is noted, where the right or the route says as what.
 */
export function personHook(
  options: AdminOptions,
): (right: Right, action?: AuditedAction) => PersonHook {
  return (right, action) => async (request, reply) => {
    const person = await currentPerson(request, options)
    if (person === null) return reply.redirect(logInAddress(request, options), 303)
    people.set(request, person)
    setCaller(request, { name: shownPerson(person), scopes: new Set<Scope>() })
    if (!mayDo(person.role, right)) throw await refusal(request, { right, action }, options)
    return undefined
  }
}

/** Who has the session now; one whose account was closed or has another password since is ended. */
async function currentPerson(
  request: FastifyRequest,
  { admin, checked }: AdminOptions,
): Promise<Person | null> {
  const { session } = request
  const { kind, name, stamp } = session
  if (kind === undefined || name === undefined) return null
  const person = await admin.people.find({ kind, name })
  if (person === null || person.stamp !== stamp) {
    await session.destroy()
    return null
  }
  const now = checked.clock.now()
  if (isToBeNoted(session, now)) session.seenAt = now.getTime()
  return person
}

/** After the login the page is shown that was asked for; a form is not sent again. */
function logInAddress({ method, url }: FastifyRequest, { base }: AdminOptions): string {
  const next = method === 'GET' ? url : ''
  return next === '' || next === base || next === `${base}/`
    ? `${base}/log-in`
    : `${base}/log-in?next=${encodeURIComponent(next)}`
}

/** What the audit trail calls it where somebody is refused. */
const audited: Partial<Record<Right, AuditedAction>> = {
  export: 'export',
  backUp: 'backup',
  download: 'download',
  verify: 'verify',
  pin: 'pin',
  restore: 'restore',
  remove: 'remove',
  prune: 'prune',
}

async function refusal(
  request: FastifyRequest,
  asked: { readonly right: Right; readonly action: AuditedAction | undefined },
  { admin, notes }: AdminOptions,
): Promise<OctavoError> {
  const { right, action = audited[right] } = asked
  const person = personOf(request)
  const error = new OctavoError(
    'role-missing',
    `${person.name} is ${person.role}, and this needs the role ${roleFor[right]}`,
    { hint: await whomToAsk(admin, right) },
  )
  if (action !== undefined)
    await notes.note(
      { who: shownPerson(person), from: request.ip },
      { action, subject: idOf(request) },
      { outcome: 'refused', detail: `${error.code}: ${error.message}` },
    )
  return error
}

async function whomToAsk({ users }: AdminOptions['admin'], right: Right): Promise<string> {
  const able = (await users.list()).filter(({ role }) => mayDo(role, right))
  const names = able.slice(0, 5).map(({ name }) => name)
  if (names.length === 0) return 'Ask a superuser of the app.'
  return `Ask somebody who may: ${names.join(', ')}${able.length > names.length ? ', …' : ''}.`
}
