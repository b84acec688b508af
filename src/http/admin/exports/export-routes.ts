import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { OctavoError } from '../../../core/errors.js'
import { answerExport } from '../../answer-export.js'
import { startJob } from '../../backups/start-job.js'
import { callerOf } from '../../bearer-key.js'
import { toWish } from '../../export-query.js'
import type { AdminOptions } from '../admin-options.js'
import { personHook } from '../session/person-hook.js'
import type { ExportDownloads } from './export-downloads.js'
import { ownForm } from '../session/own-form.js'

const form = z.strictObject({
  _csrf: z.string(),
  database: z.string(),
  verify: z.literal('true').optional(),
})

const params = z.strictObject({ id: z.uuid() })

/** An export is made by a job that is followed on its page, and is downloaded from there. It is kept nowhere. */
export async function adminExportRoutes(
  app: FastifyInstance,
  options: AdminOptions & { readonly downloads: ExportDownloads },
): Promise<void> {
  const { base, checked, downloads, spool } = options
  const onRequest = personHook(options)('export')
  const hidden = { hide: true }
  const routes = app.withTypeProvider<ZodTypeProvider>()
  routes.post(
    `${base}/exports`,
    { schema: { ...hidden, body: form }, onRequest, preValidation: ownForm(app) },
    async (request, reply) => {
      const { database, verify = 'false' } = request.body
      const wish = toWish(
        { database, verify, format: 'json', models: undefined },
        checked.databases,
      )
      let tell: (id: string) => void = () => undefined
      const id = new Promise<string>((resolve) => (tell = resolve))
      const job = await startJob(
        options,
        { request, reply },
        {
          meta: { kind: 'export', database: wish.database.name, backup: null },
          subject: wish.database.name,
          run: async ({ signal, onProgress }) => {
            const made = await spool.export(wish, signal, onProgress)
            const release = made.hold()
            downloads.add(await id, made)
            release()
            const { bytes, records, verified } = made.result
            return { bytes, records, verified }
          },
        },
      )
      tell(job.id)
      return reply.redirect(`${base}/jobs/${job.id}`, 303)
    },
  )
  routes.get(
    `${base}/jobs/:id/file`,
    { schema: { ...hidden, params }, onRequest },
    async (request, reply) => {
      const { id } = request.params
      const made = downloads.find(id)
      if (made === null)
        throw new OctavoError('not-found', 'this export is not kept any more', {
          hint: 'An export is there for some minutes after it was made. Export once more.',
        })
      if (request.method === 'GET') downloads.noteFetched(id)
      const { wish } = made
      const caller = callerOf(request)
      return answerExport(request, reply, { ...options, audit: checked.audit, wish, caller, made })
    },
  )
}
