import type { FastifyInstance } from 'fastify'
import type { AdminOptions } from '../admin-options.js'
import { sendPage } from '../page/send-page.js'
import { visitOf } from '../page/visit.js'
import { personHook } from '../session/person-hook.js'
import { SchedulesPage } from './schedules-page.js'

/** When backups are made by themselves, and when they were. */
export async function schedulesRoutes(app: FastifyInstance, options: AdminOptions): Promise<void> {
  const { admin, base, checked, readHealth } = options
  const onRequest = personHook(options)('view')
  app.get(`${base}/schedules`, { schema: { hide: true }, onRequest }, async (request, reply) => {
    const { databases } = await readHealth()
    const schedules = admin.schedules(checked.clock.now()).map((schedule) => ({
      ...schedule,
      successes: databases.flatMap(({ name, schedules: ran }) =>
        ran
          .filter((one) => one.name === schedule.name)
          .map(({ succeededAt }) => ({ database: name, at: succeededAt })),
      ),
    }))
    const isSet = (name: string): boolean =>
      admin.settings.some((one) => one.name === name && one.source !== null)
    return sendPage(
      reply,
      <SchedulesPage
        visit={visitOf(request, reply, options)}
        schedules={schedules}
        isUsual={!isSet('SCHEDULE') && !isSet('schedules')}
      />,
    )
  })
}
