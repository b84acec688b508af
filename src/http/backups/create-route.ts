import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { wantedFormats } from '../../core/export-formats.js'
import { requireNoOther } from '../../jobs/backup/require-no-other.js'
import { bearerKey, callerOf } from '../bearer-key.js'
import type { BackUpWish } from './backup-desk.js'
import { jobSchema, resultViews } from './job-view.js'
import {
  backupsPath,
  behindKey,
  noQuery,
  servedName,
  type BackupRouteOptions,
} from './route-parts.js'
import { startJob, type WantedJob } from './start-job.js'

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
  const { notes } = options
  const withKey = (await bearerKey(app, options))('manage')
  app.withTypeProvider<ZodTypeProvider>().post(
    backupsPath,
    {
      schema,
      onRequest: notes.guard(app, withKey, () => ({ action: 'backup', subject: null })),
    },
    (request, reply) => {
      const { database, format = null, prune } = request.body
      const wish = wantedBackUp(options, request, { database, format, prune })
      return startJob(options, { request, reply }, wish)
    },
  )
}

interface BackUpAsked extends Pick<BackUpWish, 'format' | 'prune'> {
  readonly database: string | undefined
}

/** The job that makes a backup, whichever way it was asked for. */
export function wantedBackUp(
  { checked, desk, scrubber }: BackupRouteOptions,
  request: FastifyRequest,
  { database: asked, format, prune }: BackUpAsked,
): WantedJob {
  const database = servedName(checked, asked)
  const startedBy = callerOf(request).name
  const views = resultViews(scrubber)
  return {
    meta: { kind: 'backup', database, backup: null },
    subject: database,
    check: () => requireNoOther(desk.shelf, database, checked.clock.now()),
    run: async (listeners) =>
      views.backUp(await desk.runs.backUp({ database, format, prune, startedBy }, listeners)),
  }
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
