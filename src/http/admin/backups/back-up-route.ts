import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { wantedBackUp } from '../../backups/create-route.js'
import { startJob } from '../../backups/start-job.js'
import type { AdminOptions } from '../admin-options.js'
import { personHook } from '../session/person-hook.js'
import { ownForm } from '../session/own-form.js'

const form = z.strictObject({ _csrf: z.string(), database: z.string() })

/** “Back up now”: as the settings say, with the pruning that follows a good one. */
export async function backUpRoute(app: FastifyInstance, options: AdminOptions): Promise<void> {
  const { base } = options
  app.withTypeProvider<ZodTypeProvider>().post(
    `${base}/backups`,
    {
      schema: { hide: true, body: form },
      onRequest: personHook(options)('backUp'),
      preValidation: ownForm(app),
    },
    async (request, reply) => {
      const { database } = request.body
      const wish = wantedBackUp(options, request, { database, format: null, prune: true })
      const job = await startJob(options, { request, reply }, wish)
      return reply.redirect(`${base}/jobs/${job.id}`, 303)
    },
  )
}
