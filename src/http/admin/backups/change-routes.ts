import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { callOf } from '../../backups/audit-notes.js'
import { resultViews } from '../../backups/job-view.js'
import { backupParams } from '../../backups/route-parts.js'
import { startJob } from '../../backups/start-job.js'
import type { AdminOptions } from '../admin-options.js'
import { ownForm } from '../session/own-form.js'
import { personHook } from '../session/person-hook.js'
import { backAddress, sentBack } from './back-address.js'
import { heldRecord } from './known-record.js'

const form = z.strictObject({ _csrf: z.string(), back: sentBack })

const told = {
  pin: 'Pinned: no policy removes this backup.',
  unpin: 'Unpinned: the policy decides about this backup again.',
} as const

/** What operators do to one backup: prove it anew, pin it, unpin it. */
export async function changeBackupRoutes(
  app: FastifyInstance,
  options: AdminOptions,
): Promise<void> {
  const { base, desk, notes, scrubber } = options
  const { shelf, runs } = desk
  const withRight = personHook(options)
  const routes = app.withTypeProvider<ZodTypeProvider>()
  const one = `${base}/backups/:id`
  const schema = { hide: true, params: backupParams, body: form }
  const preValidation = ownForm(app)
  routes.post(
    `${one}/verify`,
    { schema, onRequest: withRight('verify'), preValidation },
    async (request, reply) => {
      const { id } = request.params
      const record = await heldRecord(shelf, id)
      const wish = { id, store: null, expect: [] }
      const job = await startJob(
        options,
        { request, reply },
        {
          meta: { kind: 'verify', database: record.database, backup: id },
          subject: id,
          run: async (listeners) =>
            resultViews(scrubber).verify(await runs.verify(wish, listeners)),
        },
      )
      return reply.redirect(`${base}/jobs/${job.id}`, 303)
    },
  )
  for (const action of ['pin', 'unpin'] as const)
    routes.post(
      `${one}/${action}`,
      { schema, onRequest: withRight('pin'), preValidation },
      async (request, reply) => {
        const { id } = request.params
        await notes.during(callOf(request), { action, subject: id }, async () => {
          await heldRecord(shelf, id)
          await shelf.pin(id, action === 'pin')
        })
        request.session.told = told[action]
        return reply.redirect(backAddress(base, request.body.back, `${base}/backups/${id}`), 303)
      },
    )
}
