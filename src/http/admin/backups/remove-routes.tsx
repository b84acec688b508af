import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { BackupRecord } from '../../../core/backups/catalog.js'
import { OctavoError } from '../../../core/errors.js'
import { refuseRemoval } from '../../../jobs/backup/refuse-removal.js'
import { backupParams } from '../../backups/route-parts.js'
import { startJob } from '../../backups/start-job.js'
import type { AdminOptions } from '../admin-options.js'
import { sendPage } from '../page/send-page.js'
import { visitOf } from '../page/visit.js'
import { ownForm } from '../session/own-form.js'
import { personHook } from '../session/person-hook.js'
import { knownRecord } from './known-record.js'
import { RemovePage } from './remove-page.js'

const form = z.strictObject({
  _csrf: z.string(),
  force: z.literal('true').optional(),
})

/** Removes a backup once somebody was asked. */
export async function removeRoutes(app: FastifyInstance, options: AdminOptions): Promise<void> {
  const { base, desk } = options
  const { shelf, runs } = desk
  const onRequest = personHook(options)('remove')
  const routes = app.withTypeProvider<ZodTypeProvider>()
  const url = `${base}/backups/:id/remove`
  const hidden = { hide: true, params: backupParams }
  const keptBy = async (record: BackupRecord): Promise<string | null> => {
    try {
      await refuseRemoval(shelf, record, { force: false })
      return null
    } catch (error) {
      if (error instanceof OctavoError && error.code === 'backup-kept') return error.message
      throw error
    }
  }
  routes.get(url, { schema: hidden, onRequest }, async (request, reply) => {
    const record = await knownRecord(shelf, request.params.id)
    return sendPage(
      reply,
      <RemovePage
        visit={visitOf(request, reply, options)}
        record={record}
        kept={await keptBy(record)}
      />,
    )
  })
  routes.post(
    url,
    { schema: { ...hidden, body: form }, onRequest, preValidation: ownForm(app) },
    async (request, reply) => {
      const { id } = request.params
      const force = request.body.force === 'true'
      const record = await knownRecord(shelf, id)
      const job = await startJob(
        options,
        { request, reply },
        {
          meta: { kind: 'remove', database: record.database, backup: id },
          subject: id,
          check: () => refuseRemoval(shelf, record, { force }),
          run: (listeners) => runs.remove({ id, force }, listeners),
        },
      )
      return reply.redirect(`${base}/jobs/${job.id}`, 303)
    },
  )
}
