import type { FastifyInstance } from 'fastify'
import type { AdminOptions } from './admin-options.js'
import { auditRoutes } from './audit/audit-routes.js'
import { keysRoutes } from './keys/keys-routes.js'
import { notificationsRoutes } from './notifications/notifications-routes.js'
import { schedulesRoutes } from './schedules/schedules-routes.js'
import { settingsRoutes } from './settings/settings-routes.js'
import { pruneRoutes } from './stores/prune-routes.js'
import { storeTestRoute } from './stores/store-test-route.js'
import { storesRoutes } from './stores/stores-routes.js'
import { userRoutes } from './users/user-routes.js'
import { usersRoutes } from './users/users-routes.js'

/** The pages about the service itself: what it is set to do, and who may use it. */
export async function managePages(app: FastifyInstance, options: AdminOptions): Promise<void> {
  await app.register(schedulesRoutes, options)
  await app.register(storesRoutes, options)
  await app.register(storeTestRoute, options)
  await app.register(pruneRoutes, options)
  await app.register(notificationsRoutes, options)
  await app.register(keysRoutes, options)
  await app.register(usersRoutes, options)
  await app.register(userRoutes, options)
  await app.register(auditRoutes, options)
  await app.register(settingsRoutes, options)
}
