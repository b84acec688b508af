import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { OctavoError } from '../../../core/errors.js'
import type { Uploads } from '../../../jobs/spool/uploads.js'
import type { BackupSource } from '../../backups/backup-desk.js'
import { knownBackup, servedName } from '../../backups/route-parts.js'
import type { AdminOptions } from '../admin-options.js'
import { RestoreOutcome, type Restored } from '../jobs/restore-outcome.js'
import { Facts } from '../page/parts.js'
import { sendPage } from '../page/send-page.js'
import { visitOf } from '../page/visit.js'
import { ownForm } from '../session/own-form.js'
import { personHook } from '../session/person-hook.js'
import { requirePassword } from '../session/require-password.js'
import { ChoosePage } from './choose-page.js'
import { ConfirmPage } from './confirm-page.js'
import { inspectedModels } from './inspected-models.js'
import { PlanPage } from './plan-page.js'
import { planForm, planOf, shownPlan, type RestorePlans } from './restore-plan.js'
import { requireTypedName } from './require-typed-name.js'
import { shownSource, startRestore } from './start-restore.js'
import { Steps } from './steps.js'

const planQuery = z.strictObject({
  backup: z.string().optional(),
  upload: z.string().optional(),
  into: z.string().optional(),
  record: z
    .union([z.string(), z.array(z.string())])
    .default([])
    .transform((given) => [given].flat()),
})

const confirmQuery = z.strictObject({ preview: z.uuid() })

const confirmForm = z.strictObject({
  _csrf: z.string(),
  preview: z.uuid(),
  name: z.string().max(500),
  password: z.string().max(4096),
})

/** So many of the newest are offered; the others are in the history. */
const offered = 15

/** The names of some thousand models. */
const planBytes = 256 * 1024

export interface RestorePagesOptions extends AdminOptions {
  readonly plans: RestorePlans
  readonly uploads: Uploads
}

/** The guided way of a restore: choose, see what would change, confirm. */
export async function adminRestoreRoutes(
  app: FastifyInstance,
  options: RestorePagesOptions,
): Promise<void> {
  const { base, board, checked, desk, plans, uploads } = options
  const onRequest = personHook(options)('restore')
  const preValidation = ownForm(app)
  const hidden = { hide: true }
  const routes = app.withTypeProvider<ZodTypeProvider>()
  const path = `${base}/restore`
  const { databases } = checked
  routes.get(path, { schema: hidden, onRequest }, async (request, reply) => {
    const listed = await desk.shelf.list({ status: 'success', limit: 3 * offered })
    const backups = listed.filter(({ copies, manifest }) => manifest && copies.length > 0)
    const visit = visitOf(request, reply, options)
    const names = databases.map(({ name }) => name)
    const page = <ChoosePage visit={visit} backups={backups.slice(0, offered)} databases={names} />
    return sendPage(reply, page)
  })
  routes.get(
    `${path}/plan`,
    { schema: { ...hidden, querystring: planQuery }, onRequest },
    async (request, reply) => {
      const { backup, upload, into = null, record } = request.query
      const visit = visitOf(request, reply, options)
      const shared = { visit, databases, records: record }
      if (upload !== undefined) {
        const { name } = knownUpload(upload)
        const models = inspectedModels(board, upload)
        const field = { name: 'upload', value: upload } as const
        const page = (
          <PlanPage
            {...shared}
            field={field}
            shown={name}
            from={null}
            models={models}
            into={into}
          />
        )
        return sendPage(reply, page)
      }
      const found = await knownBackup(desk.shelf, backup ?? '')
      const field = { name: 'backup', value: found.id } as const
      const models = found.manifest?.models ?? []
      const from = found.database
      return sendPage(
        reply,
        <PlanPage
          {...shared}
          field={field}
          shown={found.id}
          from={from}
          models={models}
          into={into ?? from}
        />,
      )
    },
  )
  routes.post(
    `${path}/preview`,
    { schema: { ...hidden, body: planForm }, onRequest, preValidation, bodyLimit: planBytes },
    async (request, reply) => {
      const { _csrf: _, backup, upload, ...chosen } = request.body
      const source = sourceOf(backup, upload)
      const plan = planOf(source, { ...chosen, into: servedName(checked, chosen.into) })
      const release = heldUpload(source)
      const job = await startRestore(
        options,
        { request, reply },
        { plan, confirmed: null, release },
      )
      plans.add(job.id, plan)
      return reply.redirect(`${base}/jobs/${job.id}`, 303)
    },
  )
  routes.get(
    `${path}/confirm`,
    { schema: { ...hidden, querystring: confirmQuery }, onRequest },
    (request, reply) => {
      const { preview } = request.query
      const { plan, job } = knownPlan(preview)
      const visit = visitOf(request, reply, options)
      const database = databases.find(({ name }) => name === plan.into) ?? databases[0]
      if (!database) throw new OctavoError('not-found', 'this database is not configured any more')
      return sendPage(
        reply,
        <ConfirmPage
          visit={visit}
          title={`Restore into ${plan.into}`}
          database={database}
          action={path}
          preview={preview}
          button={`Restore into ${plan.into}`}
        >
          <Steps at={4} />
          <Facts
            facts={[
              ['From', shownSource(plan.source)],
              ['Into', plan.into],
              ['What', shownPlan(plan)],
            ]}
          />
          <RestoreOutcome base={base} job={job} outcome={job.result as Restored} />
        </ConfirmPage>,
      )
    },
  )
  routes.post(
    path,
    { schema: { ...hidden, body: confirmForm }, onRequest, preValidation },
    async (request, reply) => {
      const { preview, name, password } = request.body
      const { into } = knownPlan(preview).plan
      requireTypedName(name, into)
      await requirePassword(request, password, options)
      // Asked again: two clicks are one restore.
      const { plan } = knownPlan(preview)
      const release = heldUpload(plan.source)
      plans.remove(preview)
      try {
        const wish = { plan, confirmed: into, release }
        const job = await startRestore(options, { request, reply }, wish)
        return await reply.redirect(`${base}/jobs/${job.id}`, 303)
      } catch (error) {
        plans.add(preview, plan)
        throw error
      }
    },
  )

  function knownPlan(preview: string) {
    const plan = plans.find(preview)
    const job = board.get(preview)
    if (plan && job?.status === 'done') return { plan, job }
    throw new OctavoError('not-found', 'what would change is not known any more', {
      hint: 'Begin the restore once more.',
    })
  }

  function knownUpload(id: string) {
    const upload = uploads.find(id)
    if (upload) return upload
    throw new OctavoError('not-found', 'the file that was sent is not there any more', {
      hint: 'Files are kept for an hour. Send it again.',
    })
  }

  function sourceOf(backup: string | undefined, upload: string | undefined): BackupSource {
    if (upload === undefined) return { id: backup ?? '' }
    const found = knownUpload(upload)
    return { upload: found.path, name: found.name }
  }

  /** A file stays as long as something reads it. */
  function heldUpload(source: BackupSource): () => Promise<void> {
    if ('id' in source) return async () => undefined
    const id = source.upload.slice(source.upload.lastIndexOf('/') + 1)
    const { id: known } = knownUpload(id)
    return uploads.hold(known) ?? (async () => undefined)
  }
}
