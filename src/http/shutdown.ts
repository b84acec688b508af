import type { FastifyInstance } from 'fastify'
import type { Clock } from '../core/clock.js'
import { OctavoError } from '../core/errors.js'
import type { ExportSpool } from '../jobs/spool/export-spool.js'
import { OpenAnswers } from './open-answers.js'

export interface ShutdownOptions {
  readonly spool: ExportSpool
  readonly clock: Clock
  readonly shutdownLimitMs: number
  /** Leaves the connections open: they are those of somebody else's app. */
  readonly embedded?: true
}

/** For the answers that tell why, once the jobs were ended. */
const lastWordMs = 1_000

/**
 * What `app.close()` does: no new exports at once; running ones and their answers go on for the limit;
 * then jobs are aborted (their clients get 503), connections cut, the spool removed.
 */
export function closeInOrder(
  app: FastifyInstance,
  options: ShutdownOptions,
): { readonly isStopping: () => boolean } {
  const { spool, clock, shutdownLimitMs, embedded } = options
  const answers = new OpenAnswers()
  let stopping = false
  app.addHook('onRequest', async (request, reply) => {
    answers.add(reply)
    if (stopping && request.routeOptions.url !== '/api/health')
      throw new OctavoError('shutting-down', 'the service is shutting down')
  })
  const answersEnd = async (limitMs: number): Promise<void> => {
    const timer = new AbortController()
    const limit = clock.sleep(limitMs, timer.signal).catch(() => undefined)
    await Promise.race([answers.none(), limit])
    timer.abort()
  }
  app.addHook('preClose', async () => {
    stopping = true
    await answersEnd(shutdownLimitMs)
    await spool.stop()
    await answersEnd(lastWordMs)
    if (!embedded) app.server.closeAllConnections()
  })
  app.addHook('onClose', () => spool.close())
  return { isStopping: () => stopping }
}
