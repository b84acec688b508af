import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { OctavoError } from '../../core/errors.js'
import { requireNoOther } from '../../jobs/backup/require-no-other.js'
import { requireNoOtherWish } from '../../jobs/pick/require-no-other-wish.js'
import { bearerKey } from '../bearer-key.js'
import { sentName } from '../sent-names.js'
import { jobSchema, resultViews } from './job-view.js'
import {
  backupParams,
  backupsPath,
  behindKey,
  idOf,
  knownBackup,
  noQuery,
  requireHeld,
  servedName,
  type BackupRouteOptions,
} from './route-parts.js'
import { startJob } from './start-job.js'

const confirm = z
  .string()
  .optional()
  .meta({ description: 'The name of the database, once more: what is in it is replaced.' })

/** A key may be a text of its own. */
const [longestKey, mostRecords] = [10_000, 1_000]

const restoreBody = z.strictObject({
  into: z.string().meta({ description: 'The name of a configured database.' }),
  confirm,
  mode: z.enum(['replace', 'data-only', 'merge']).optional(),
  only: z.array(sentName).default([]).meta({ description: 'These models only (data-only).' }),
  records: z
    .array(z.strictObject({ model: sentName, key: z.string().min(1).max(longestKey) }))
    .max(mostRecords)
    .default([])
    .meta({ description: 'Single records, merged with the parents that they need.' }),
  dryRun: z.boolean().default(false).meta({ description: 'Show what would change.' }),
})

/** What changes a database: a restore, and what takes it back. */
export async function restoreRoutes(
  app: FastifyInstance,
  options: BackupRouteOptions,
): Promise<void> {
  const { checked, desk, notes, scrubber } = options
  const { shelf, runs } = desk
  const withKey = (await bearerKey(app, options))('restore')
  const guard = (action: 'restore' | 'undo') =>
    notes.guard(app, withKey, (request) => ({ action, subject: idOf(request) }))
  const views = resultViews(scrubber)
  const notBackedUpNow = (database: string): Promise<void> =>
    requireNoOther(shelf, database, checked.clock.now())
  const routes = app.withTypeProvider<ZodTypeProvider>()
  routes.post(
    `${backupsPath}/:id/restore`,
    { schema: restoreSchema, onRequest: guard('restore') },
    async (request, reply) => {
      const { id } = request.params
      const { confirm: said, into: wanted, mode = null, only, records, dryRun } = request.body
      const record = await knownBackup(shelf, id)
      const into = servedName(checked, wanted)
      const picked = records.length > 0 && { records }
      const wish = { source: { id }, into, mode, only, ...picked, dryRun }
      return startJob(
        options,
        { request, reply },
        {
          meta: { kind: 'restore', database: into, backup: id },
          subject: `${id} into ${into}${dryRun ? ', a dry run' : ''}`,
          check: async () => {
            requireHeld(record, null)
            if (picked) requireNoOtherWish({ mode, only })
            if (dryRun) return
            requireConfirmed(into, said)
            await notBackedUpNow(into)
          },
          run: async (listeners) =>
            views.restore(await runs.restore({ ...wish, confirmed: said ?? null }, listeners)),
        },
      )
    },
  )
  routes.post(
    '/api/databases/:name/undo',
    { schema: undoSchema, onRequest: guard('undo') },
    async (request, reply) => {
      const into = servedName(checked, request.params.name)
      return startJob(
        options,
        { request, reply },
        {
          meta: { kind: 'undo', database: into, backup: null },
          subject: into,
          check: async () => {
            requireConfirmed(into, request.body.confirm)
            await notBackedUpNow(into)
          },
          run: async (listeners) =>
            views.undo(
              await runs.undo({ into, confirmed: request.body.confirm ?? null }, listeners),
            ),
        },
      )
    },
  )
}

function requireConfirmed(name: string, said: string | undefined): void {
  if (said === name) return
  const what = said === undefined ? 'nothing confirms it' : 'another name was confirmed'
  throw new OctavoError('confirmation-needed', `${name} was not changed: ${what}`, {
    hint: `Send {"confirm": "${name}"} with it, once you are sure; "dryRun": true shows what a restore would change.`,
  })
}

const { security, refusals } = behindKey(409)

const restoreSchema = {
  summary: 'Restore a backup into a configured database',
  security,
  params: backupParams,
  querystring: noQuery,
  body: restoreBody,
  response: { 202: jobSchema, ...refusals },
}

const undoSchema = {
  summary: 'Put back what the last restore replaced',
  security,
  params: z.strictObject({ name: z.string() }),
  querystring: noQuery,
  body: z.strictObject({ confirm }),
  response: { 202: jobSchema, ...refusals },
}
