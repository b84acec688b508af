import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { AuditedAction } from '../../../core/access.js'
import { OctavoError } from '../../../core/errors.js'
import { roles, type User } from '../../../core/people.js'
import { callOf } from '../../backups/audit-notes.js'
import type { AdminOptions } from '../admin-options.js'
import { sendPage } from '../page/send-page.js'
import { visitOf } from '../page/visit.js'
import { ownForm } from '../session/own-form.js'
import { personHook, personOf } from '../session/person-hook.js'
import { RemoveUserPage, UserPage } from './user-page.js'
import { requireSame } from './users-routes.js'

const _csrf = z.string()
const name = z.string().max(254)
const byName = z.strictObject({ name })
const plain = z.strictObject({ _csrf, name })
const roleForm = z.strictObject({ _csrf, name, role: z.enum(roles) })
const passwordForm = z.strictObject({
  _csrf,
  name,
  password: z.string().max(4096),
  again: z.string().max(4096),
})

/** One account: another role or password, an end to its sessions, and to itself. */
export async function userRoutes(app: FastifyInstance, options: AdminOptions): Promise<void> {
  const { admin, base, notes } = options
  const { users } = admin
  const path = `${base}/users`
  const withRight = personHook(options)
  const routes = app.withTypeProvider<ZodTypeProvider>()
  const known = async (wanted: string): Promise<User> => {
    const found = (await users.list()).find((user) => user.name === wanted)
    if (found) return found
    throw new OctavoError('not-found', 'there is no account of this name any more')
  }
  const looking = { schema: { hide: true, querystring: byName }, onRequest: withRight('users') }
  routes.get(`${path}/change`, looking, async (request, reply) => {
    const user = await known(request.query.name)
    const isOwn = isSelf(request, user.name)
    const visit = visitOf(request, reply, options)
    return sendPage(reply, <UserPage visit={visit} user={user} isOwn={isOwn} />)
  })
  routes.get(`${path}/remove`, looking, async (request, reply) => {
    const user = await known(request.query.name)
    return sendPage(reply, <RemoveUserPage visit={visitOf(request, reply, options)} user={user} />)
  })
  const changing = <T extends z.ZodType>(body: T, action: AuditedAction) => ({
    schema: { hide: true, body },
    onRequest: withRight('users', action),
    preValidation: ownForm(app),
  })
  /** Notes it, tells it on the next page, and goes back to the list. */
  const change = async (
    request: FastifyRequest,
    asked: { readonly action: AuditedAction; readonly subject: string; readonly detail: string },
    work: (user: User) => Promise<string>,
  ): Promise<void> => {
    const call = callOf(request)
    request.session.told = await notes.unlessRefused(call, asked, async () =>
      work(await known(asked.subject)),
    )
    await notes.note(call, asked, { outcome: 'done', detail: asked.detail })
  }
  routes.post(`${path}/role`, changing(roleForm, 'user-change'), async (request, reply) => {
    const { name: subject, role } = request.body
    const asked = { action: 'user-change', subject, detail: `the role ${role}` } as const
    await change(request, asked, async (user) => {
      if (role !== user.role) requireOther(request, user.name)
      await users.setRole(user.name, role)
      return `${user.name} is ${role} now, and has to log in again.`
    })
    return reply.redirect(path, 303)
  })
  routes.post(`${path}/password`, changing(passwordForm, 'user-change'), async (request, reply) => {
    const { name: subject, password, again } = request.body
    const asked = { action: 'user-change', subject, detail: 'another password' } as const
    await change(request, asked, async (user) => {
      requireOther(request, user.name)
      requireSame(password, again)
      await users.setPassword(user.name, password)
      return `${user.name} has another password. All sessions of the account have ended.`
    })
    return reply.redirect(path, 303)
  })
  routes.post(`${path}/log-out`, changing(plain, 'session-end'), async (request, reply) => {
    const { name: subject } = request.body
    const asked = { action: 'session-end', subject, detail: 'all sessions' } as const
    await change(request, asked, async (user) => {
      requireOther(request, user.name)
      const ended = await users.logOut(user.name)
      return `${user.name} is logged out: ${ended === 1 ? '1 session' : `${ended} sessions`}.`
    })
    return reply.redirect(path, 303)
  })
  routes.post(`${path}/remove`, changing(plain, 'user-remove'), async (request, reply) => {
    const { name: subject } = request.body
    const asked = { action: 'user-remove', subject, detail: 'the account' } as const
    await change(request, asked, async (user) => {
      requireOther(request, user.name)
      await users.remove(user.name)
      return `${user.name} has no account any more.`
    })
    return reply.redirect(path, 303)
  })
}

function isSelf(request: FastifyRequest, name: string): boolean {
  const person = personOf(request)
  return person.kind === 'user' && person.name === name
}

/** Nobody locks themselves out by a slip. */
function requireOther(request: FastifyRequest, name: string): void {
  if (!isSelf(request, name)) return
  throw new OctavoError(
    'usage',
    `nothing was changed: ${name} is your own account, which only another admin changes`,
  )
}
