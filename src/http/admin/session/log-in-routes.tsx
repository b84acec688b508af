import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { OctavoError } from '../../../core/errors.js'
import type { Person } from '../../../core/people.js'
import { answerFor, logFailure, setErrorHeaders } from '../../error-answer.js'
import type { AdminOptions } from '../admin-options.js'
import { sendPage } from '../page/send-page.js'
import { visitOf } from '../page/visit.js'
import { LogInPage } from './log-in-page.js'
import { shownPerson } from '../../../core/people.js'
import { sweepSessions } from './session-store.js'
import { ownForm } from './own-form.js'

const query = z.strictObject({ next: z.string().max(2000).optional() })

const form = z.strictObject({
  _csrf: z.string(),
  name: z.string().max(254),
  password: z.string().max(4096),
  next: z.string().max(2000).optional(),
})

/** The login and its end. Whoever comes in gets a new session: one that was planted is worth nothing. */
export async function logInRoutes(app: FastifyInstance, options: AdminOptions): Promise<void> {
  const { base, wrongKeys, notes } = options
  const routes = app.withTypeProvider<ZodTypeProvider>()
  const schema = { hide: true }
  routes.get(`${base}/log-in`, { schema: { ...schema, querystring: query } }, (request, reply) =>
    sendPage(
      reply,
      <LogInPage visit={visitOf(request, reply, options)} next={request.query.next} />,
    ),
  )
  routes.post(
    `${base}/log-in`,
    { schema: { ...schema, body: form }, preValidation: ownForm(app) },
    async (request, reply) => {
      const { next, ...given } = request.body
      const name = given.name.trim()
      try {
        const person = await logIn(request, { ...given, name }, options)
        await beginSession(request, person, options)
        await notes.note(
          { who: shownPerson(person), from: request.ip },
          { action: 'login', subject: null },
          { outcome: 'done', detail: null },
        )
        return await reply.redirect(safeNext(next, base), 303)
      } catch (thrown) {
        const { status, body } = answerFor(thrown, request.id, options.scrubber)
        logFailure(request, thrown, status)
        setErrorHeaders(reply, thrown)
        if (status === 401) await wrongKeys.count(request)
        const visit = visitOf(request, reply, options)
        const page = <LogInPage visit={visit} next={next} name={name} failure={body} />
        return sendPage(reply.code(status), page)
      }
    },
  )
  routes.post(
    `${base}/log-out`,
    { schema, preValidation: ownForm(app) },
    async (request, reply) => {
      await endSession(request, options)
      return reply.redirect(`${base}/log-in`, 303)
    },
  )
}

/** Nobody is told whether it was the name or the password. */
async function logIn(
  request: FastifyRequest,
  { name, password }: { readonly name: string; readonly password: string },
  { admin, notes, wrongKeys }: AdminOptions,
): Promise<Person> {
  const found = await wrongKeys.whileChecking(request, () => admin.people.logIn(name, password))
  if (found.verdict === 'in') return found.person
  const error =
    found.verdict === 'wrong'
      ? new OctavoError('login-wrong', 'the name or the password is wrong', {
          hint: 'Try again; mind capital letters. An admin can set a new password.',
        })
      : new OctavoError('not-staff', 'this account is not staff')
  // The name may be a password that was typed into the wrong field.
  await notes.note(
    { who: 'nobody', from: request.ip },
    { action: 'login', subject: null },
    { outcome: 'refused', detail: error.code },
  )
  throw error
}

export async function beginSession(
  request: FastifyRequest,
  { kind, name, stamp }: Person,
  { admin, checked }: Pick<AdminOptions, 'admin' | 'checked'>,
): Promise<void> {
  const now = checked.clock.now()
  await sweepSessions(admin.sessions, now)
  await request.session.regenerate()
  const at = now.getTime()
  Object.assign(request.session, { kind, name, stamp, begunAt: at, seenAt: at })
}

async function endSession(request: FastifyRequest, { notes }: AdminOptions): Promise<void> {
  const { kind, name } = request.session
  if (kind !== undefined && name !== undefined)
    await notes.note(
      { who: shownPerson({ kind, name }), from: request.ip },
      { action: 'logout', subject: null },
      { outcome: 'done', detail: null },
    )
  await request.session.destroy()
}

/** What an address of ours is made of; a header could hold nothing else. */
const plain = /^[!-[\]-~]*$/

/** Only to our own pages: an address with another beginning leads to somebody else. */
export function safeNext(next: string | undefined, base: string): string {
  const own =
    next !== undefined && next.startsWith(`${base}/`) && plain.test(next) && !/\/\/|\.\./.test(next)
  return own ? next : `${base}/`
}
