import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { refuseRemoval } from '../../jobs/backup/refuse-removal.js'
import { bearerKey } from '../bearer-key.js'
import { sentName } from '../sent-names.js'
import { callOf } from './audit-notes.js'
import { viewWholeBackup, wholeBackupSchema } from './backup-view.js'
import { jobSchema, resultViews } from './job-view.js'
import {
  backupParams,
  backupsPath,
  behindKey,
  idOf,
  knownBackup,
  noQuery,
  requireHeld,
  type BackupRouteOptions,
} from './route-parts.js'
import { startJob } from './start-job.js'

const verifyBody = z.strictObject({
  store: sentName.optional().meta({ description: 'Only the copy in this store.' }),
  expect: z
    .array(sentName)
    .default([])
    .meta({ description: 'Models that must be there and not empty.' }),
})

const removeQuery = z.strictObject({
  force: z
    .enum(['true', 'false'])
    .default('false')
    .meta({ description: 'Also the newest verified one of its database and format.' }),
})

/** What is done to one backup: prove it, pin it, remove it. */
export async function changeRoutes(
  app: FastifyInstance,
  options: BackupRouteOptions,
): Promise<void> {
  const { desk, notes, scrubber } = options
  const { shelf, runs } = desk
  const withKey = (await bearerKey(app, options))('manage')
  const guard = (action: 'verify' | 'pin' | 'unpin' | 'remove') =>
    notes.guard(app, withKey, (request) => ({ action, subject: idOf(request) }))
  const views = resultViews(scrubber)
  const routes = app.withTypeProvider<ZodTypeProvider>()
  const one = `${backupsPath}/:id`
  routes.post(
    `${one}/verify`,
    { schema: verifySchema, onRequest: guard('verify') },
    async (request, reply) => {
      const { id } = request.params
      const { store = null, expect } = request.body
      const record = await knownBackup(shelf, id)
      return startJob(
        options,
        { request, reply },
        {
          meta: { kind: 'verify', database: record.database, backup: id },
          subject: id,
          check: async () => requireHeld(record, store),
          run: async (listeners) =>
            views.verify(await runs.verify({ id, store, expect }, listeners)),
        },
      )
    },
  )
  for (const [method, action] of [
    ['PUT', 'pin'],
    ['DELETE', 'unpin'],
  ] as const)
    routes.route({
      method,
      url: `${one}/pin`,
      schema: pinSchemas[action],
      onRequest: guard(action),
      handler: async (request) => {
        const { id } = request.params
        const record = await notes.during(callOf(request), { action, subject: id }, async () => {
          requireHeld(await knownBackup(shelf, id), null)
          return shelf.pin(id, action === 'pin')
        })
        return viewWholeBackup(record, scrubber)
      },
    })
  routes.delete(
    one,
    { schema: removeSchema, onRequest: guard('remove') },
    async (request, reply) => {
      const { id } = request.params
      const force = request.query.force === 'true'
      const record = await knownBackup(shelf, id)
      return startJob(
        options,
        { request, reply },
        {
          meta: { kind: 'remove', database: record.database, backup: id },
          subject: id,
          check: () => refuseRemoval(shelf, record, { force }),
          run: (listeners) => runs.remove({ id, force }, listeners),
        },
      )
    },
  )
}

const { security, refusals } = behindKey(409, 502)
const common = { security, params: backupParams, querystring: noQuery }

const verifySchema = {
  ...common,
  summary: 'Prove a backup by what its stores give back',
  body: verifyBody,
  response: { 202: jobSchema, ...refusals },
}

const pinSchemas = {
  pin: {
    ...common,
    summary: 'Keep a backup whatever the retention policy says',
    response: { 200: wholeBackupSchema, ...refusals },
  },
  unpin: {
    ...common,
    summary: 'Let the retention policy have a backup again',
    response: { 200: wholeBackupSchema, ...refusals },
  },
}

const removeSchema = {
  ...common,
  summary: 'Remove a backup from every store',
  querystring: removeQuery,
  response: { 202: jobSchema, ...refusals },
}
