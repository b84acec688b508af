import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { asOctavoError, OctavoError } from '../../../core/errors.js'
import { answerFor, logFailure } from '../../error-answer.js'
import type { AdminOptions } from '../admin-options.js'
import { sendPage } from '../page/send-page.js'
import { visitOf } from '../page/visit.js'
import { FirstRunPage } from './first-run-page.js'
import { beginSession } from './log-in-routes.js'
import { shownPerson } from '../../../core/people.js'
import { ownForm } from './own-form.js'

const query = z.strictObject({ token: z.string().max(200).default('') })

const form = z.strictObject({
  _csrf: z.string(),
  token: z.string().max(200),
  name: z.string().max(254),
  password: z.string().max(4096),
  again: z.string().max(4096),
})

/** The first account, by the link that the service prints at its start while there is none. */
export async function firstRunRoutes(app: FastifyInstance, options: AdminOptions): Promise<void> {
  const { base, wrongKeys, notes, scrubber } = options
  const { firstRun } = options.admin
  const path = `${base}/first-run`
  const routes = app.withTypeProvider<ZodTypeProvider>()
  routes.get(path, { schema: { hide: true, querystring: query } }, async (request, reply) => {
    const { token } = request.query
    if (!(await firstRun?.isOpen(token))) {
      await wrongKeys.count(request)
      throw linkOver()
    }
    return sendPage(reply, <FirstRunPage visit={visitOf(request, reply, options)} token={token} />)
  })
  routes.post(
    path,
    { schema: { hide: true, body: form }, preValidation: ownForm(app) },
    async (request, reply) => {
      const { token, again, ...given } = request.body
      const account = { name: given.name.trim(), password: given.password }
      if (firstRun === null || !(await firstRun.isOpen(token))) {
        await wrongKeys.count(request)
        throw linkOver()
      }
      try {
        if (again !== account.password)
          throw new OctavoError('usage', 'the two passwords are not the same')
        const person = await firstRun.create(token, account)
        await beginSession(request, person, options)
        await notes.note(
          { who: shownPerson(person), from: request.ip },
          { action: 'user-create', subject: person.name },
          { outcome: 'done', detail: 'the first account, admin' },
        )
      } catch (thrown) {
        if (asOctavoError(thrown).code !== 'usage') throw thrown
        const { status, body } = answerFor(thrown, request.id, scrubber)
        logFailure(request, thrown, status)
        const visit = visitOf(request, reply, options)
        const page = <FirstRunPage visit={visit} token={token} name={account.name} failure={body} />
        return sendPage(reply.code(status), page)
      }
      return reply.redirect(`${base}/`, 303)
    },
  )
}

function linkOver(): OctavoError {
  return new OctavoError('not-found', 'this link opens nothing, or nothing any more', {
    hint: 'It is good for an hour, and until there is an account. A restart of the service prints a new one; `octavo user create` makes accounts, too.',
  })
}
