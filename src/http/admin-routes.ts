import type { FastifyInstance, FastifyReply } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { OctavoError } from '../core/errors.js'
import { adminContentSecurity, renderAdminPage } from './admin-page.js'
import { answerExport } from './answer-export.js'
import { scopeFault } from './bearer-key.js'
import { answerFor, logFailure, setErrorHeaders } from './error-answer.js'
import type { ExportRouteOptions } from './export-routes.js'
import { toWish } from './export-query.js'
import type { Scrubber } from './scrubber.js'

export interface AdminRouteOptions extends ExportRouteOptions {
  readonly scrubber: Scrubber
}

const path = '/admin/export'

const formSchema = z.strictObject({
  key: z.string(),
  database: z.string().optional(),
  verify: z.literal('true').optional(),
})

/**
 * One page with a form that takes the key and answers with the download. The key comes in the body,
 * so it is in no address and no cookie, and another site can't send the form for somebody.
 */
export async function adminRoutes(app: FastifyInstance, options: AdminRouteOptions): Promise<void> {
  const { checked, keyring, scrubber, wrongKeys } = options
  const page = { action: path, severalDatabases: checked.databases.length > 1 }
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
        const { key, database, verify } = request.body
        const caller = await keyring(key.trim())
        if (caller === null) {
          await wrongKeys.count(request)
          throw new OctavoError('unauthorized', 'the key is not known here')
        }
        const fault = scopeFault(caller, ['export'])
        if (fault) throw fault
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
