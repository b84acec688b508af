import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { startJob } from '../../backups/start-job.js'
import type { AdminOptions } from '../admin-options.js'
import { ownForm } from '../session/own-form.js'
import { personHook } from '../session/person-hook.js'

const form = z.strictObject({ _csrf: z.string(), really: z.literal('true').optional() })

/** What the policies do not keep: shown first, and removed once that was seen. */
export async function pruneRoutes(app: FastifyInstance, options: AdminOptions): Promise<void> {
  const { base, desk } = options
  app.withTypeProvider<ZodTypeProvider>().post(
    `${base}/prune`,
    {
      schema: { hide: true, body: form },
      onRequest: personHook(options)('prune', 'prune'),
      preValidation: ownForm(app),
    },
    async (request, reply) => {
      const dryRun = request.body.really === undefined
      const about = dryRun ? 'what would go' : 'every store'
      const job = await startJob(
        options,
        { request, reply },
        {
          meta: { kind: 'prune', database: null, backup: null, about },
          subject: dryRun ? 'a dry run' : 'every store',
          run: (listeners) => desk.runs.prune({ dryRun, store: null }, listeners),
        },
      )
      return reply.redirect(`${base}/jobs/${job.id}`, 303)
    },
  )
}
