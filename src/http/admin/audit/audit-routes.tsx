import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { auditedActions, auditOutcomes } from '../../../core/access.js'
import type { AdminOptions } from '../admin-options.js'
import { sendPage } from '../page/send-page.js'
import { visitOf } from '../page/visit.js'
import { personHook } from '../session/person-hook.js'
import { AuditTrailPage } from './audit-page.js'

const limit = 50

/** An empty field of a form: anybody, anything. */
const anything = z.literal('').transform(() => null)

const query = z.strictObject({
  who: z
    .string()
    .max(200)
    .transform((who) => who.trim() || null)
    .default(null),
  action: z.enum(auditedActions).or(anything).default(null),
  outcome: z.enum(auditOutcomes).or(anything).default(null),
  before: z
    .string()
    .regex(/^\d{1,15}$/, 'a place that a page gave')
    .transform(Number)
    .optional(),
})

/** Who did what. */
export async function auditRoutes(app: FastifyInstance, options: AdminOptions): Promise<void> {
  const { admin, base, scrubber } = options
  const onRequest = personHook(options)('audit')
  app
    .withTypeProvider<ZodTypeProvider>()
    .get(
      `${base}/audit`,
      { schema: { hide: true, querystring: query }, onRequest },
      async (request, reply) => {
        const { before = null, ...filter } = request.query
        const page = await admin.audit({ ...filter, before, limit })
        const entries = page.entries.map((entry) => {
          return { ...entry, detail: entry.detail && scrubber.keys(entry.detail) }
        })
        return sendPage(
          reply,
          <AuditTrailPage
            visit={visitOf(request, reply, options)}
            filter={{ ...filter, before }}
            page={{ ...page, entries }}
          />,
        )
      },
    )
}
