import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import type { AdminOptions } from '../admin-options.js'
import { shownFailure } from '../backups/shown-failure.js'
import { sendPage } from '../page/send-page.js'
import { visitOf } from '../page/visit.js'
import { personHook, personOf } from '../session/person-hook.js'
import { HistoryPage } from './history-page.js'
import { historyQuerySchema, pageWish } from './history-query.js'

/** Every run that was ever made, a page at a time. */
export async function historyRoute(app: FastifyInstance, options: AdminOptions): Promise<void> {
  const { base, desk, scrubber } = options
  app.withTypeProvider<ZodTypeProvider>().get(
    `${base}/backups`,
    {
      schema: { hide: true, querystring: historyQuerySchema },
      onRequest: personHook(options)('view'),
    },
    async (request, reply) => {
      const { query } = request
      const page = await desk.shelf.page(pageWish(query))
      return sendPage(
        reply,
        <HistoryPage
          visit={visitOf(request, reply, options)}
          role={personOf(request).role}
          query={query}
          page={page}
          choices={await desk.shelf.choices()}
          errorOf={(record) => shownFailure(record, scrubber)}
        />,
      )
    },
  )
}
