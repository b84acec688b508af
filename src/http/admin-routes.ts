import type { FastifyInstance, FastifyReply } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { adminCaller } from './admin-caller.js'
import { adminContentSecurity, renderAdminPage } from './admin-page.js'
import { answerExport } from './answer-export.js'
import { answerFor, logFailure, setErrorHeaders } from './error-answer.js'
import type { ExportRouteOptions } from './export-routes.js'
import { toWish } from './export-query.js'
import type { Scrubber } from './scrubber.js'

export interface AdminRouteOptions extends ExportRouteOptions {
  readonly scrubber: Scrubber
  /** Where the admin pages stand: `/admin`. */
  readonly base: string
}

const formSchema = z
  .strictObject({
    key: z.string().optional(),
    username: z.string().max(254).optional(),
    password: z.string().max(4096).optional(),
    database: z.string().optional(),
    verify: z.literal('true').optional(),
  })
  .refine(({ key, username }) => key !== undefined || username !== undefined, {
    path: ['key'],
    message: 'is missing',
  })

/**
 * One page with a form that takes the key, or a name and password of an account, and answers with the
 * download. They come in the body, so they are in no address and no cookie, and another site can't
 * send the form for somebody.
 */
export async function adminRoutes(app: FastifyInstance, options: AdminRouteOptions): Promise<void> {
  const { base, checked, scrubber } = options
  const path = `${base}/export`
  const people = checked.admin?.people
  const page = {
    action: path,
    severalDatabases: checked.databases.length > 1,
    withAccounts: people !== undefined,
  }
  addFormParser(app)
  app.setErrorHandler((error, request, reply) => {
    const { status, body } = answerFor(error, request.id, scrubber)
    logFailure(request, error, status)
    setErrorHeaders(reply, error)
    return sendPage(reply.code(status), renderAdminPage({ ...page, failure: body }))
  })
  const hidden = { hide: true }
  app.get(path, { schema: hidden, helmet: pageHelmet }, (_request, reply) =>
    sendPage(reply, renderAdminPage(page)),
  )
  app
    .withTypeProvider<ZodTypeProvider>()
    .post(
      path,
      { schema: { ...hidden, body: formSchema }, helmet: pageHelmet },
      async (request, reply) => {
        const { database, verify, ...form } = request.body
        const caller = await adminCaller(request, form, { ...options, people })
        const query = {
          database: database?.trim() || undefined,
          verify: verify ?? ('false' as const),
        }
        const wish = toWish({ ...query, format: 'json', models: undefined }, checked.databases)
        return answerExport(request, reply, { ...options, audit: checked.audit, caller, wish })
      },
    )
}

const pageHelmet = {
  contentSecurityPolicy: { useDefaults: false, directives: adminContentSecurity },
}

function addFormParser(app: FastifyInstance): void {
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body, done) => {
      done(null, Object.fromEntries(new URLSearchParams(body.toString())))
    },
  )
}

function sendPage(reply: FastifyReply, html: string): FastifyReply {
  return reply.type('text/html; charset=utf-8').send(html)
}
