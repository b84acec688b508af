import type { FastifyInstance } from 'fastify'
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import { checkAppOptions, type AppOptions } from './app-options.js'
import { answerFailures, openSpool } from './build-app.js'
import { exportPath, exportRoutes } from './export-routes.js'
import { createKeyring } from './keyring.js'
import { createScrubber } from './scrubber.js'
import { closeInOrder } from './shutdown.js'
import { WrongKeys } from './wrong-keys.js'

/**
 * Adds the export to an app that is not ours. `app` must be a context of its own (what `register` gives
 * a plugin): hooks, error handler and compilers stay in it. Closing the app ends running exports.
 */
export async function embedExports(app: FastifyInstance, options: AppOptions): Promise<void> {
  const checked = checkAppOptions(options)
  const scrubber = createScrubber(checked)
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  app.addHook('onRequest', async (request, reply) => {
    const own = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' }
    void reply.headers({ ...own, 'octavo-request': request.id })
  })
  answerFailures(app, scrubber)
  const wrongKeys = new WrongKeys({ clock: checked.clock, wait: checked.wrongKeysWait })
  app.addHook('preClose', async () => wrongKeys.stop())
  const spool = await openSpool(checked, app.log)
  closeInOrder(app, { ...checked, spool, embedded: true })
  await app.register(exportRoutes, {
    checked,
    spool,
    stalledAnswerMs: checked.stalledAnswerMs,
    keyring: createKeyring(checked.keys),
    wrongKeys,
    embeddedAt: pathsIn(app),
  })
}

/** With and without a slash at the end, where the app takes them for two addresses. */
function pathsIn({ initialConfig }: FastifyInstance): string[] {
  const { ignoreTrailingSlash, routerOptions } = initialConfig
  const one = ignoreTrailingSlash === true || routerOptions?.ignoreTrailingSlash === true
  return one ? [exportPath] : [exportPath, `${exportPath}/`]
}
