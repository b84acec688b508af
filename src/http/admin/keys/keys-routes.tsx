import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { scopes } from '../../../core/access.js'
import { OctavoError } from '../../../core/errors.js'
import { callOf } from '../../backups/audit-notes.js'
import type { AdminOptions } from '../admin-options.js'
import { formFault } from '../page/form-fault.js'
import { checkedOf, wholeNumberField } from '../page/form-parts.js'
import { sendPage } from '../page/send-page.js'
import { visitOf } from '../page/visit.js'
import { ownForm } from '../session/own-form.js'
import { personHook } from '../session/person-hook.js'
import { KeysPage, type KeysPageProps } from './keys-page.js'
import { NewKeyPage } from './new-key-page.js'
import { RevokeKeyPage } from './revoke-key-page.js'

const dayMs = 24 * 60 * 60 * 1000
const name = z.string().trim().max(200)
const _csrf = z.string()
const newKey = z.strictObject({
  _csrf,
  name,
  scopes: checkedOf(scopes),
  days: wholeNumberField(1, 36_500).default(null),
})

/** The keys of the service: what they open, new ones, and an end to one. */
export async function keysRoutes(app: FastifyInstance, options: AdminOptions): Promise<void> {
  const { admin, base, checked, notes, scrubber } = options
  const { keys } = admin
  const path = `${base}/keys`
  const hidden = { hide: true }
  const withRight = personHook(options)
  const preValidation = ownForm(app)
  const routes = app.withTypeProvider<ZodTypeProvider>()
  const found = async (): Promise<Pick<KeysPageProps, 'keys' | 'faults' | 'now'>> => {
    const { keys: all, faults } = await keys.list()
    return {
      keys: all,
      faults: faults.map((fault) => scrubber.all(fault)),
      now: checked.clock.now(),
    }
  }
  routes.get(path, { schema: hidden, onRequest: withRight('keys') }, async (request, reply) =>
    sendPage(reply, <KeysPage visit={visitOf(request, reply, options)} {...await found()} />),
  )
  routes.post(
    path,
    {
      schema: { ...hidden, body: newKey },
      onRequest: withRight('keys', 'key-create'),
      preValidation,
    },
    async (request, reply) => {
      const { days, _csrf: _, ...given } = request.body
      const now = checked.clock.now().getTime()
      const wanted = { ...given, expiresAt: days === null ? null : new Date(now + days * dayMs) }
      try {
        const asked = { action: 'key-create', subject: given.name } as const
        const key = await notes.during(callOf(request), asked, async () => {
          if (given.scopes.length > 0) return await keys.create(wanted)
          throw new OctavoError('usage', 'a key without a scope opens nothing')
        })
        const visit = visitOf(request, reply, options)
        return sendPage(reply, <NewKeyPage visit={visit} secret={key} made={wanted} />)
      } catch (thrown) {
        const failure = formFault(thrown, { request, reply }, options)
        const visit = visitOf(request, reply, options)
        const page = { ...(await found()), failure, given: { ...given, days } }
        return sendPage(reply, <KeysPage visit={visit} {...page} />)
      }
    },
  )
  routes.get(
    `${path}/revoke`,
    { schema: { ...hidden, querystring: z.strictObject({ name }) }, onRequest: withRight('keys') },
    async (request, reply) => {
      const { keys: all } = await keys.list()
      const one = all.find((key) => key.name === request.query.name)
      if (!one) throw new OctavoError('not-found', 'there is no key of this name any more')
      const visit = visitOf(request, reply, options)
      return sendPage(reply, <RevokeKeyPage visit={visit} kept={one} />)
    },
  )
  routes.post(
    `${path}/revoke`,
    {
      schema: { ...hidden, body: z.strictObject({ _csrf, name }) },
      onRequest: withRight('keys', 'key-revoke'),
      preValidation,
    },
    async (request, reply) => {
      const { name: revoked } = request.body
      const asked = { action: 'key-revoke', subject: revoked } as const
      await notes.during(callOf(request), asked, () => keys.revoke(revoked))
      request.session.told = `The key ${revoked} opens nothing any more.`
      return reply.redirect(path, 303)
    },
  )
}
