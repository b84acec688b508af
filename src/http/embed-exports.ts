import type { FastifyInstance } from 'fastify'
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import { checkAppOptions, type AppOptions } from './app-options.js'
import { archivedPath, archivedRoutes } from './archived-routes.js'
import { answerFailures, openSpool } from './build-app.js'
import { exportPath, exportRoutes } from './export-routes.js'
import { createKeyring } from './keyring.js'
import { createScrubber } from './scrubber.js'
import { closeInOrder } from './shutdown.js'
import { WrongKeys } from './wrong-keys.js'

/**
 * Adds the export, and the note of what was archived, to an app that is not ours. `app` must be a context
 * of its own (what `register` gives a plugin): hooks, error handler, compilers and parsers stay in it.
 * Closing the app ends running exports.
 */
export async function embedExports(app: FastifyInstance, options: AppOptions): Promise<void> {
  const checked = checkAppOptions(options)
  const scrubber = createScrubber(checked)
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  readJson(app)
  app.addHook('onRequest', async (request, reply) => {
    const own = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' }
    void reply.headers({ ...own, 'octavo-request': request.id })
  })
  answerFailures(app, scrubber)
  const wrongKeys = new WrongKeys({ clock: checked.clock, wait: checked.wrongKeysWait })
  app.addHook('preClose', async () => wrongKeys.stop())
  const spool = await openSpool(checked, app.log)
  closeInOrder(app, { ...checked, spool, embedded: true })
  const shared = { checked, keyring: createKeyring(checked), wrongKeys }
  const { stalledAnswerMs } = checked
  const exports = { ...shared, spool, stalledAnswerMs, embeddedAt: pathsIn(app, exportPath) }
  await app.register(exportRoutes, exports)
  await app.register(archivedRoutes, { ...shared, embeddedAt: pathsIn(app, archivedPath) })
}

/** The app may read JSON in a way of its own. */
function readJson(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  const parser = app.getDefaultJsonParser('error', 'error')
  app.addContentTypeParser('application/json', { parseAs: 'string', bodyLimit }, parser)
}

const bodyLimit = 16 * 1024

/** With and without a slash at the end, where the app takes them for two addresses. */
function pathsIn({ initialConfig }: FastifyInstance, path: string): string[] {
  const { ignoreTrailingSlash, routerOptions } = initialConfig
  const one = ignoreTrailingSlash === true || routerOptions?.ignoreTrailingSlash === true
  return one ? [path] : [path, `${path}/`]
}
