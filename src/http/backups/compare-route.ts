import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { bearerKey } from '../bearer-key.js'
import { jobSchema } from './job-view.js'
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

/** More of each model would be read by nobody. */
export const mostShown = 100

const body = z.strictObject({
  with: z
    .union([
      z.strictObject({ backup: backupParams.shape.id }),
      z.strictObject({ database: z.string() }),
    ])
    .meta({ description: 'The id of another backup, or the name of a configured database.' }),
  show: z
    .int()
    .min(0)
    .max(mostShown)
    .default(5)
    .meta({ description: 'How many records of each model to give, not only to count.' }),
})

/** Compares a backup with another one, or with a database as it is now. */
export async function compareRoute(
  app: FastifyInstance,
  options: BackupRouteOptions,
): Promise<void> {
  const { checked, desk, notes } = options
  const withKey = (await bearerKey(app, options))('export')
  app.withTypeProvider<ZodTypeProvider>().post(
    `${backupsPath}/:id/compare`,
    {
      schema,
      onRequest: notes.guard(app, withKey, (request) => {
        return { action: 'compare', subject: idOf(request) }
      }),
    },
    async (request, reply) => {
      const { id } = request.params
      const { with: other, show } = request.body
      const record = await knownBackup(desk.shelf, id)
      const second =
        'backup' in other
          ? { record: await knownBackup(desk.shelf, other.backup), b: other }
          : { record, b: { database: servedName(checked, other.database) } }
      const { b } = second
      const database = 'database' in b ? b.database : record.database
      return startJob(
        options,
        { request, reply },
        {
          meta: { kind: 'compare', database, backup: id },
          subject: `${id} with ${'database' in b ? b.database : b.backup}`,
          check: async () => {
            requireHeld(record, null)
            requireHeld(second.record, null)
          },
          run: (listeners) => desk.runs.compare({ a: { backup: id }, b, show }, listeners),
        },
      )
    },
  )
}

const { security, refusals } = behindKey(409)

const schema = {
  summary: 'Compare a backup with another one, or with a database as it is now',
  description: 'The result holds records: only keys with the scope `export` are shown the job.',
  security,
  params: backupParams,
  querystring: noQuery,
  body,
  response: { 202: jobSchema, ...refusals },
}
