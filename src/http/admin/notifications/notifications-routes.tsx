import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { OctavoError } from '../../../core/errors.js'
import { mayDo, shownPerson } from '../../../core/people.js'
import { startJob } from '../../backups/start-job.js'
import type { AdminOptions } from '../admin-options.js'
import { sendPage } from '../page/send-page.js'
import { visitOf } from '../page/visit.js'
import { ownForm } from '../session/own-form.js'
import { personHook, personOf } from '../session/person-hook.js'
import { NotificationsPage } from './notifications-page.js'
import { TestLimit } from './test-limit.js'

const form = z.strictObject({ _csrf: z.string(), channel: z.string().max(2000) })

/** On which channels people are told of what, and a test for each. */
export async function notificationsRoutes(
  app: FastifyInstance,
  options: AdminOptions,
): Promise<void> {
  const { admin, base, checked, scrubber } = options
  const { channels } = admin
  const path = `${base}/notifications`
  const withRight = personHook(options)
  const limit = new TestLimit()
  app.get(
    path,
    { schema: { hide: true }, onRequest: withRight('view') },
    async (request, reply) => {
      const { channels: all, faults } = await channels.list()
      return sendPage(
        reply,
        <NotificationsPage
          visit={visitOf(request, reply, options)}
          channels={all}
          faults={faults.map((fault) => scrubber.all(fault))}
          mayTest={mayDo(personOf(request).role, 'test')}
        />,
      )
    },
  )
  app.withTypeProvider<ZodTypeProvider>().post(
    `${path}/test`,
    {
      schema: { hide: true, body: form },
      onRequest: withRight('test', 'test-channel'),
      preValidation: ownForm(app),
    },
    async (request, reply) => {
      const { channel } = request.body
      const by = shownPerson(personOf(request))
      const job = await startJob(
        options,
        { request, reply },
        {
          meta: { kind: 'test-channel', database: null, backup: null, about: channel },
          subject: channel,
          check: async () => {
            const { channels: all } = await channels.list()
            if (!all.some(({ shown }) => shown === channel))
              throw new OctavoError('not-found', 'no such channel is configured any more')
            limit.take(channel, checked.clock.now())
          },
          run: async ({ signal, onProgress }) => {
            onProgress({ phase: 'sending' })
            await channels.test(channel, { by, signal })
            return { channel }
          },
        },
      )
      return reply.redirect(`${base}/jobs/${job.id}`, 303)
    },
  )
}
