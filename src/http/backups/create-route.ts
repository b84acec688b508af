import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { wantedFormats } from '../../core/export-formats.js'
import { requireNoOther } from '../../jobs/backup/require-no-other.js'
import { bearerKey, callerOf } from '../bearer-key.js'
import { jobSchema, resultViews } from './job-view.js'
import {
  backupsPath,
  behindKey,
  noQuery,
  servedName,
  type BackupRouteOptions,
} from './route-parts.js'
import { startJob } from './start-job.js'

const body = z.strictObject({
  database: z.string().optional().meta({ description: 'The first one configured by default.' }),
  format: z
    .enum(wantedFormats)
    .optional()
    .meta({ description: 'By default as BACKUP_FORMAT says.' }),
  prune: z.boolean().default(true).meta({ description: 'Prune by the policy afterwards.' }),
})

/** `POST /api/backups`: makes a backup, in a process of its own. */
export async function createRoute(
  app: FastifyInstance,
  options: BackupRouteOptions,
): Promise<void> {
  const { checked, desk, notes, scrubber } = options
  const withKey = (await bearerKey(app, options))('manage')
  const views = resultViews(scrubber)
  app.withTypeProvider<ZodTypeProvider>().post(
    backupsPath,
    {
      schema,
      onRequest: notes.guard(app, withKey, () => ({ action: 'backup', subject: null })),
    },
    async (request, reply) => {
      const { format = null, prune } = request.body
      const database = servedName(checked, request.body.database)
      const startedBy = callerOf(request).name
      return startJob(
        options,
        { request, reply },
        {
          meta: { kind: 'backup', database, backup: null },
          subject: database,
          check: () => requireNoOther(desk.shelf, database, checked.clock.now()),
          run: async (listeners) =>
            views.backUp(await desk.runs.backUp({ database, format, prune, startedBy }, listeners)),
        },
      )
    },
  )
}

const { security, refusals } = behindKey(409)

const schema = {
  summary: 'Make a backup',
  description: 'The job that makes it goes on by itself: follow it at the address in Location.',
  security,
  querystring: noQuery,
  body,
  response: { 202: jobSchema, ...refusals },
}
