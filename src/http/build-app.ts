import helmet from '@fastify/helmet'
import fastify, { type FastifyBaseLogger, type FastifyInstance } from 'fastify'
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import { freeSpace, showSpace } from '../core/files/free-space.js'
import { JobBoard } from '../jobs/board/job-board.js'
import { ExportSpool } from '../jobs/spool/export-spool.js'
import { adminPages } from './admin/admin-pages.js'
import { adminRoutes } from './admin-routes.js'
import { checkAppOptions, type AppOptions, type CheckedOptions } from './app-options.js'
import { archivedRoutes } from './archived-routes.js'
import { backupHealthRoutes } from './backup-health-routes.js'
import { AuditNotes } from './backups/audit-notes.js'
import { backupRoutes } from './backups/backup-routes.js'
import { answerFor, logFailure, setErrorHeaders } from './error-answer.js'
import { exportRoutes } from './export-routes.js'
import { healthRoute } from './health-route.js'
import { createKeyring } from './keyring.js'
import { refuseUnanswered } from './refuse-unanswered.js'
import { describeRoutes, openApiRoute } from './openapi.js'
import { createScrubber, type Scrubber } from './scrubber.js'
import { serverOptions } from './server-options.js'
import { closeInOrder } from './shutdown.js'
import { endSlowBodies } from './slow-bodies.js'
import { WrongKeys } from './wrong-keys.js'

/**
 * The service, ready to listen. Mistakes in the options, and a spool that can't be written to, fail
 * here. `app.close()` ends running exports in order and removes the spool.
 */
export async function buildApp(options: AppOptions): Promise<FastifyInstance> {
  const checked = checkAppOptions(options)
  const scrubber = createScrubber(checked)
  const app: FastifyInstance = fastify(serverOptions(checked, scrubber))
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  const spool = await openSpool(checked, app.log)
  try {
    await addRoutes(app, { checked, scrubber, spool })
    await app.ready()
    return app
  } catch (error) {
    await spool.close()
    throw error
  }
}

interface Rooms {
  readonly checked: CheckedOptions
  readonly scrubber: Scrubber
  readonly spool: ExportSpool
}

async function addRoutes(app: FastifyInstance, { checked, scrubber, spool }: Rooms): Promise<void> {
  const { databases, stalledAnswerMs } = checked
  // TLS ends in front of us, and beside an app the host is the app's: what it demands is not ours to say.
  const ofTheHost = { strictTransportSecurity: false }
  await app.register(helmet, { contentSecurityPolicy: apiContentSecurity, ...ofTheHost })
  app.addHook('onRequest', async (request, reply) => {
    void reply.headers({ 'cache-control': 'no-store', 'octavo-request': request.id })
  })
  const wrongKeys = new WrongKeys({ clock: checked.clock, wait: checked.wrongKeysWait })
  app.addHook('preClose', async () => wrongKeys.stop())
  const jobs = checked.desk ? boardOf(app, checked) : null
  const { isStopping } = closeInOrder(app, { ...checked, spool })
  endSlowBodies(app)
  answerFailures(app, scrubber)
  refuseUnanswered(app)
  await describeRoutes(app, checked.version)
  const keyring = createKeyring(checked)
  const shared = { checked, spool, stalledAnswerMs, keyring, wrongKeys, scrubber }
  await app.register(exportRoutes, shared)
  await app.register(archivedRoutes, shared)
  for (const prefix of new Set(['', checked.routePrefix]))
    await app.register(adminRoutes, { ...shared, base: `${prefix}/admin` })
  const { readHealth: read, desk } = checked
  if (read) await app.register(backupHealthRoutes, { ...shared, read })
  if (desk && jobs) await app.register(backupRoutes, { ...shared, ...jobs, desk })
  const { admin } = checked
  if (desk && jobs && admin && read) {
    const base = `${checked.routePrefix}/admin`
    const notes = new AuditNotes(checked.audit)
    await app.register(adminPages, {
      ...shared,
      ...jobs,
      desk,
      admin,
      base,
      notes,
      readHealth: read,
    })
  }
  healthRoute(app, { databases, isStopping })
  openApiRoute(app)
}

/** Closing the app stops its jobs, and ends the answers that follow them once they have ended. */
function boardOf(
  app: FastifyInstance,
  { clock }: CheckedOptions,
): { readonly board: JobBoard; readonly closing: AbortSignal } {
  const board = new JobBoard({ clock })
  const closing = new AbortController()
  let closed: Promise<void> | undefined
  // Not awaited here: other answers have the same time to end.
  app.addHook('preClose', async () => {
    closed = board.close().then(() => closing.abort())
  })
  app.addHook('onClose', () => closed)
  return { board, closing: closing.signal }
}

const apiContentSecurity = {
  useDefaults: false,
  directives: { 'default-src': ["'none'"], 'frame-ancestors': ["'none'"] },
}

/** Every failure below `app` gets an answer of one shape. */
export function answerFailures(app: FastifyInstance, scrubber: Scrubber): void {
  app.setErrorHandler((error, request, reply) => {
    const { status, body } = answerFor(error, request.id, scrubber)
    logFailure(request, error, status)
    setErrorHeaders(reply, error)
    return reply.code(status).type('application/json; charset=utf-8').send(body)
  })
}

export function openSpool(checked: CheckedOptions, log: FastifyBaseLogger): Promise<ExportSpool> {
  return ExportSpool.open({
    folder: checked.spoolFolder,
    clock: checked.clock,
    runJob: checked.runJob,
    concurrency: checked.exportConcurrency,
    keepMs: checked.keepExportsMs,
    keepCount: checked.keepExports,
    busyTimeoutMs: checked.busyTimeoutMs,
    sample: checked.sample,
    freeSpace: checked.freeSpace ?? freeSpace,
    onSpace: ({ database }, space) =>
      log.info({ database: database.name, space }, `the export ${showSpace(space)}`),
  })
}
