import cookie from '@fastify/cookie'
import csrf from '@fastify/csrf-protection'
import formBody from '@fastify/formbody'
import session from '@fastify/session'
import type { FastifyInstance } from 'fastify'
import { OctavoError } from '../../core/errors.js'
import { freeSpace } from '../../core/files/free-space.js'
import { Uploads } from '../../jobs/spool/uploads.js'
import { accountRoutes } from './account/account-routes.js'
import type { AdminOptions } from './admin-options.js'
import { backUpRoute } from './backups/back-up-route.js'
import { adminBackupRoutes } from './backups/backup-routes.js'
import { changeBackupRoutes } from './backups/change-routes.js'
import { removeRoutes } from './backups/remove-routes.js'
import { browserFileRoutes } from './browser/browser-files.js'
import { ExportDownloads } from './exports/export-downloads.js'
import { compareRoutes } from './compare/compare-routes.js'
import { comparisonRoute } from './compare/comparison-route.js'
import { adminExportRoutes } from './exports/export-routes.js'
import { historyRoute } from './history/history-route.js'
import { adminJobRoutes } from './jobs/job-routes.js'
import { managePages } from './manage-pages.js'
import { overviewRoute } from './overview/overview-route.js'
import { contentSecurity } from './page/content-security.js'
import { answerWithPages } from './page/failure-pages.js'
import { sessionMark } from './page/visit.js'
import { RestorePlans } from './restore/restore-plan.js'
import { adminRestoreRoutes } from './restore/restore-routes.js'
import { undoRoutes } from './restore/undo-routes.js'
import { uploadRoute } from './restore/upload-route.js'
import { firstRunRoutes } from './session/first-run-routes.js'
import { personHook } from './session/person-hook.js'
import { logInRoutes } from './session/log-in-routes.js'
import { secureBehindProxy } from './session/secure-behind-proxy.js'
import { sessionStore, sweepSessions } from './session/session-store.js'

/** All pages for the staff, below one address, behind one login. */
export async function adminPages(app: FastifyInstance, options: AdminOptions): Promise<void> {
  const { admin, base, checked } = options
  const now = (): Date => checked.clock.now()
  const cookieOptions = { path: base, httpOnly: true, sameSite: 'lax' } as const
  app.addHook('onRequest', async (_request, reply) => {
    void reply.header('content-security-policy', contentSecurity)
  })
  await app.register(formBody)
  await app.register(cookie, { secret: admin.cookieSecret })
  secureBehindProxy(app)
  await app.register(session, {
    secret: admin.cookieSecret,
    cookieName: 'octavo-session',
    cookie: { ...cookieOptions, secure: 'auto' },
    store: sessionStore(admin.sessions, now),
    saveUninitialized: false,
    rolling: false,
  })
  await app.register(csrf, {
    cookieKey: 'octavo-form',
    cookieOpts: { ...cookieOptions, signed: true },
    csrfOpts: { hmacKey: admin.cookieSecret },
    getUserInfo: sessionMark,
    getToken: (request) => tokenOf(request.body),
    logLevel: 'info',
  })
  answerWithPages(app, options)
  await sweepSessions(admin.sessions, now())
  const { spoolFolder: folder, clock, freeSpace: space = freeSpace } = checked
  const uploads = await Uploads.open({ folder, clock, freeSpace: space })
  app.addHook('onClose', () => uploads.close())
  const downloads = new ExportDownloads(options.spool)
  const shared = { ...options, downloads, uploads, plans: new RestorePlans() }
  await app.register(browserFileRoutes, shared)
  await app.register(logInRoutes, shared)
  await app.register(firstRunRoutes, shared)
  await app.register(accountRoutes, shared)
  await app.register(overviewRoute, shared)
  await app.register(adminExportRoutes, shared)
  await app.register(backUpRoute, shared)
  await app.register(historyRoute, shared)
  await app.register(adminBackupRoutes, shared)
  await app.register(changeBackupRoutes, shared)
  await app.register(removeRoutes, shared)
  await app.register(compareRoutes, shared)
  await app.register(comparisonRoute, shared)
  await app.register(adminJobRoutes, shared)
  await app.register(managePages, shared)
  await app.register(adminRestoreRoutes, shared)
  await app.register(uploadRoute, shared)
  await app.register(undoRoutes, shared)
  app.get(`${base}/*`, { schema: { hide: true }, onRequest: personHook(options)('view') }, () => {
    throw new OctavoError('not-found', 'there is no page at this address', {
      hint: 'Take one of the pages above.',
    })
  })
}

function tokenOf(body: unknown): string | undefined {
  const token =
    typeof body === 'object' && body !== null && '_csrf' in body ? body._csrf : undefined
  return typeof token === 'string' ? token : undefined
}
