import type { FastifyInstance } from 'fastify'
import { mayDo } from '../../../core/people.js'
import type { AdminOptions } from '../admin-options.js'
import { sendPage } from '../page/send-page.js'
import { visitOf } from '../page/visit.js'
import { personHook, personOf } from '../session/person-hook.js'
import { SettingsPage } from './settings-page.js'

/** Every setting, and where it comes from; nothing of a secret, and no path for who is not admin. */
export async function settingsRoutes(app: FastifyInstance, options: AdminOptions): Promise<void> {
  const { admin, base, scrubber } = options
  const onRequest = personHook(options)('view')
  app.get(`${base}/settings`, { schema: { hide: true }, onRequest }, (request, reply) => {
    const maySeePaths = mayDo(personOf(request).role, 'places')
    const settings = admin.settings.map((one) => {
      // A part of the address of this very page, which looks like a path of the machine.
      if (one.value === null || one.name === 'ROUTE_PREFIX') return one
      return { ...one, value: maySeePaths ? scrubber.keys(one.value) : scrubber.all(one.value) }
    })
    const visit = visitOf(request, reply, options)
    return sendPage(reply, <SettingsPage visit={visit} settings={settings} />)
  })
}
