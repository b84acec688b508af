import type { FastifyInstance } from 'fastify'
import { archiveRoute } from './archive-route.js'
import { AuditNotes } from './audit-notes.js'
import { changeRoutes } from './change-routes.js'
import { compareRoute } from './compare-route.js'
import { createRoute } from './create-route.js'
import { jobRoutes } from './job-routes.js'
import { listRoutes } from './list-routes.js'
import { restoreRoutes } from './restore-routes.js'
import type { BackupRouteOptions } from './route-parts.js'

/** All that the service answers about kept backups. */
export async function backupRoutes(
  app: FastifyInstance,
  options: Omit<BackupRouteOptions, 'notes'>,
): Promise<void> {
  // A request that leaves all to us has no body.
  app.addHook('preValidation', async (request) => {
    if (request.method === 'POST') request.body ??= {}
  })
  const shared = { ...options, notes: new AuditNotes(options.checked.audit) }
  await app.register(listRoutes, shared)
  await app.register(archiveRoute, shared)
  await app.register(createRoute, shared)
  await app.register(jobRoutes, shared)
  await app.register(changeRoutes, shared)
  await app.register(restoreRoutes, shared)
  await app.register(compareRoute, shared)
}
