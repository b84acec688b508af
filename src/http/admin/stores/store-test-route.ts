import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { OctavoError } from '../../../core/errors.js'
import { startJob } from '../../backups/start-job.js'
import type { AdminOptions } from '../admin-options.js'
import { ownForm } from '../session/own-form.js'
import { personHook } from '../session/person-hook.js'

const form = z.strictObject({ _csrf: z.string(), store: z.string().max(1000) })

/** Tries a store out, in a job that is followed on its page. */
export async function storeTestRoute(app: FastifyInstance, options: AdminOptions): Promise<void> {
  const { admin, base, desk, scrubber } = options
  app.withTypeProvider<ZodTypeProvider>().post(
    `${base}/stores/test`,
    {
      schema: { hide: true, body: form },
      onRequest: personHook(options)('test', 'check-store'),
      preValidation: ownForm(app),
    },
    async (request, reply) => {
      const { store: name } = request.body
      const job = await startJob(
        options,
        { request, reply },
        {
          meta: { kind: 'check-store', database: null, backup: null, about: name },
          subject: name,
          check: async () => {
            if (admin.stores().some((store) => store.name === name)) return
            throw new OctavoError('not-found', 'no store of this name is configured')
          },
          run: async (listeners) => {
            const { store, steps } = await desk.runs.checkStore({ name }, listeners)
            return { store, steps: steps.map((one) => ({ ...one, step: scrubber.all(one.step) })) }
          },
        },
      )
      return reply.redirect(`${base}/jobs/${job.id}`, 303)
    },
  )
}
