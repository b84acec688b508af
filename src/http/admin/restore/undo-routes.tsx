import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { requireNoOther } from '../../../jobs/backup/require-no-other.js'
import { resultViews } from '../../backups/job-view.js'
import { servedName } from '../../backups/route-parts.js'
import { startJob } from '../../backups/start-job.js'
import type { AdminOptions } from '../admin-options.js'
import { sendPage } from '../page/send-page.js'
import { visitOf } from '../page/visit.js'
import { ownForm } from '../session/own-form.js'
import { personHook } from '../session/person-hook.js'
import { requirePassword } from '../session/require-password.js'
import { requireTypedName } from './require-typed-name.js'
import { ConfirmPage } from './confirm-page.js'

const params = z.strictObject({ name: z.string() })

const form = z.strictObject({
  _csrf: z.string(),
  name: z.string().max(500),
  password: z.string().max(4096),
})

/** Puts back the state from before the last restore, out of its safety copy. */
export async function undoRoutes(app: FastifyInstance, options: AdminOptions): Promise<void> {
  const { base, checked, desk, scrubber } = options
  const onRequest = personHook(options)('restore')
  const url = `${base}/undo/:name`
  const routes = app.withTypeProvider<ZodTypeProvider>()
  routes.get(url, { schema: { hide: true, params }, onRequest }, (request, reply) => {
    const name = servedName(checked, request.params.name)
    const label = checked.databases.find((one) => one.name === name)?.label ?? ''
    return sendPage(
      reply,
      <ConfirmPage
        visit={visitOf(request, reply, options)}
        title={`Undo the last restore of ${name}`}
        database={{ name, label }}
        action={`${base}/undo/${encodeURIComponent(name)}`}
        button="Undo the restore"
      >
        <p>
          The database becomes what it was before its last restore. What is there now, with
          everything that was entered since, is kept as a safety copy in turn.
        </p>
      </ConfirmPage>,
    )
  })
  routes.post(
    url,
    { schema: { hide: true, params, body: form }, onRequest, preValidation: ownForm(app) },
    async (request, reply) => {
      const into = servedName(checked, request.params.name)
      const { name, password } = request.body
      requireTypedName(name, into)
      await requirePassword(request, password, options)
      const views = resultViews(scrubber)
      const job = await startJob(
        options,
        { request, reply },
        {
          meta: { kind: 'undo', database: into, backup: null },
          subject: into,
          check: () => requireNoOther(desk.shelf, into, checked.clock.now()),
          run: async (listeners) =>
            views.undo(await desk.runs.undo({ into, confirmed: into }, listeners)),
        },
      )
      return reply.redirect(`${base}/jobs/${job.id}`, 303)
    },
  )
}
