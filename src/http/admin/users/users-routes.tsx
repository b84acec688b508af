import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { OctavoError } from '../../../core/errors.js'
import { roles } from '../../../core/people.js'
import { callOf } from '../../backups/audit-notes.js'
import type { AdminOptions } from '../admin-options.js'
import { formFault } from '../page/form-fault.js'
import { sendPage } from '../page/send-page.js'
import { visitOf } from '../page/visit.js'
import { ownForm } from '../session/own-form.js'
import { personHook } from '../session/person-hook.js'
import { UsersPage } from './users-page.js'

const newUser = z.strictObject({
  _csrf: z.string(),
  name: z.string().trim().max(254),
  role: z.enum(roles),
  password: z.string().max(4096),
  again: z.string().max(4096),
})

/** The accounts of the service, and new ones. */
export async function usersRoutes(app: FastifyInstance, options: AdminOptions): Promise<void> {
  const { admin, base, notes } = options
  const { users, staffLogsIn } = admin
  const path = `${base}/users`
  const withRight = personHook(options)
  const routes = app.withTypeProvider<ZodTypeProvider>()
  routes.get(
    path,
    { schema: { hide: true }, onRequest: withRight('users') },
    async (request, reply) => {
      const all = await users.list()
      const visit = visitOf(request, reply, options)
      return sendPage(reply, <UsersPage visit={visit} users={all} staffLogsIn={staffLogsIn} />)
    },
  )
  routes.post(
    path,
    {
      schema: { hide: true, body: newUser },
      onRequest: withRight('users', 'user-create'),
      preValidation: ownForm(app),
    },
    async (request, reply) => {
      const { name, role, password, again } = request.body
      try {
        const asked = { action: 'user-create', subject: name } as const
        await notes.during(callOf(request), asked, async () => {
          requireSame(password, again)
          await users.create({ name, role, password })
        })
      } catch (thrown) {
        const failure = formFault(thrown, { request, reply }, options)
        const page = { users: await users.list(), staffLogsIn, failure, given: { name, role } }
        return sendPage(reply, <UsersPage visit={visitOf(request, reply, options)} {...page} />)
      }
      request.session.told = `${name} may log in as ${role}.`
      return reply.redirect(path, 303)
    },
  )
}

export function requireSame(password: string, again: string): void {
  if (again === password) return
  throw new OctavoError('usage', 'the two passwords are not the same')
}
