import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { OctavoError } from '../../../core/errors.js'
import { shownPerson } from '../../../core/people.js'
import type { AdminOptions } from '../admin-options.js'
import { sendPage } from '../page/send-page.js'
import { visitOf } from '../page/visit.js'
import { beginSession } from '../session/log-in-routes.js'
import { personHook, personOf } from '../session/person-hook.js'
import { endSessionsOf } from '../session/end-sessions.js'
import { requirePassword } from '../session/require-password.js'
import { AccountPage } from './account-page.js'
import { ownForm } from '../session/own-form.js'

const passwordForm = z.strictObject({
  _csrf: z.string(),
  current: z.string().max(4096),
  password: z.string().max(4096),
  again: z.string().max(4096),
})

/** One's own account: another password, and an end to all sessions. */
export async function accountRoutes(app: FastifyInstance, options: AdminOptions): Promise<void> {
  const { admin, base, notes } = options
  const path = `${base}/account`
  const onRequest = personHook(options)('view')
  const hidden = { hide: true }
  const routes = app.withTypeProvider<ZodTypeProvider>()
  routes.get(path, { schema: hidden, onRequest }, (request, reply) =>
    sendPage(
      reply,
      <AccountPage visit={visitOf(request, reply, options)} person={personOf(request)} />,
    ),
  )
  routes.post(
    `${path}/password`,
    { schema: { ...hidden, body: passwordForm }, onRequest, preValidation: ownForm(app) },
    async (request, reply) => {
      const person = personOf(request)
      const { current, password, again } = request.body
      if (person.kind !== 'user') throw notOurs()
      await requirePassword(request, current, options)
      if (again !== password)
        throw new OctavoError('usage', 'the two new passwords are not the same')
      await admin.users.setPassword(person.name, password)
      await notes.note(
        { who: shownPerson(person), from: request.ip },
        { action: 'user-change', subject: person.name },
        { outcome: 'done', detail: 'another password' },
      )
      const now = await admin.people.find(person)
      if (now !== null) await beginSession(request, now, options)
      request.session.told = 'The password is changed. All other sessions have ended.'
      return reply.redirect(path, 303)
    },
  )
  routes.post(
    `${path}/log-out-everywhere`,
    { schema: hidden, onRequest, preValidation: ownForm(app) },
    async (request, reply) => {
      const person = personOf(request)
      // With another stamp a request on its way can't write its session again.
      if (person.kind === 'user') await admin.users.logOut(person.name)
      else await endSessionsOf(person, options)
      await request.session.destroy()
      return reply.redirect(`${base}/log-in`, 303)
    },
  )
}

function notOurs(): OctavoError {
  return new OctavoError('usage', 'the password of this account is changed in the app')
}
