import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { OctavoError } from '../../../core/errors.js'
import type { CompareWish } from '../../backups/backup-desk.js'
import { backupParams, servedName } from '../../backups/route-parts.js'
import { startJob } from '../../backups/start-job.js'
import type { AdminOptions } from '../admin-options.js'
import { heldRecord } from '../backups/known-record.js'
import { sendPage } from '../page/send-page.js'
import { visitOf } from '../page/visit.js'
import { ownForm } from '../session/own-form.js'
import { personHook } from '../session/person-hook.js'
import { ComparePage } from './compare-page.js'
import { shownRecords, type Comparison } from './comparison.js'

const otherId = z.union([z.literal(''), backupParams.shape.id])

const form = z.strictObject({
  _csrf: z.string(),
  database: z.string().max(200).optional(),
  backup: otherId.optional(),
  other: z.string().trim().pipe(otherId).optional(),
})

/** So many backups can be chosen from. */
const mostOthers = 100

/** Asks what a backup is to be compared with, and compares them. */
export async function compareRoutes(app: FastifyInstance, options: AdminOptions): Promise<void> {
  const { base, checked, desk } = options
  const { shelf, runs } = desk
  const onRequest = personHook(options)('compare')
  const routes = app.withTypeProvider<ZodTypeProvider>()
  const url = `${base}/backups/:id/compare`
  const hidden = { hide: true, params: backupParams }
  routes.get(url, { schema: hidden, onRequest }, async (request, reply) => {
    const record = await heldRecord(shelf, request.params.id)
    const { database } = record
    const all = await shelf.list({ database, limit: mostOthers })
    const others = all.filter(({ id, copies }) => id !== record.id && copies.length > 0)
    const before = await shelf.before(record)
    return sendPage(
      reply,
      <ComparePage
        visit={visitOf(request, reply, options)}
        record={record}
        others={others}
        first={before?.id ?? null}
        databases={checked.databases.map(({ name }) => name)}
      />,
    )
  })
  routes.post(
    url,
    { schema: { ...hidden, body: form }, onRequest, preValidation: ownForm(app) },
    async (request, reply) => {
      const record = await heldRecord(shelf, request.params.id)
      const wish = await wishOf(record.id, request.body)
      const [a, b] = [wish.a.backup, 'backup' in wish.b ? wish.b.backup : wish.b.database]
      const database = 'database' in wish.b ? wish.b.database : record.database
      const job = await startJob(
        options,
        { request, reply },
        {
          meta: { kind: 'compare', database, backup: wish.a.backup },
          subject: `${a} with ${b}`,
          run: async (listeners): Promise<Comparison> => {
            return { ...(await runs.compare({ ...wish, show: shownRecords }, listeners)), of: wish }
          },
        },
      )
      return reply.redirect(`${base}/jobs/${job.id}`, 303)
    },
  )

  /** From the older one to the newer one, so that what was added was added. */
  async function wishOf(
    id: string,
    { database, backup, other }: z.output<typeof form>,
  ): Promise<Pick<CompareWish, 'a' | 'b'>> {
    if (database !== undefined)
      return { a: { backup: id }, b: { database: servedName(checked, database) } }
    const chosen = other || backup
    if (!chosen)
      throw new OctavoError('usage', 'no backup was chosen to compare with', {
        hint: 'Choose one of the list, or give an id.',
      })
    if (chosen === id) throw new OctavoError('usage', 'a backup is the same as itself')
    const [one, two] = [await heldRecord(shelf, id), await heldRecord(shelf, chosen)]
    const [first, second] = one.startedAt <= two.startedAt ? [one, two] : [two, one]
    return { a: { backup: first.id }, b: { backup: second.id } }
  }
}
