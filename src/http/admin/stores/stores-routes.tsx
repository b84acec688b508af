import type { FastifyInstance } from 'fastify'
import { mayDo } from '../../../core/people.js'
import type { AdminOptions } from '../admin-options.js'
import { sendPage } from '../page/send-page.js'
import { visitOf } from '../page/visit.js'
import { personHook, personOf } from '../session/person-hook.js'
import { heldByStore } from './held-backups.js'
import { StoresPage } from './stores-page.js'

/** Where backups are kept, how long, and what is there. */
export async function storesRoutes(app: FastifyInstance, options: AdminOptions): Promise<void> {
  const { admin, base, desk } = options
  const onRequest = personHook(options)('view')
  app.get(`${base}/stores`, { schema: { hide: true }, onRequest }, async (request, reply) => {
    const { role } = personOf(request)
    const held = heldByStore(await desk.shelf.totals())
    return sendPage(
      reply,
      <StoresPage
        visit={visitOf(request, reply, options)}
        stores={admin.stores()}
        held={held}
        mayTest={mayDo(role, 'test')}
        maySeePaths={mayDo(role, 'places')}
      />,
    )
  })
}
