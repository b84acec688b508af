import type { FastifyInstance } from 'fastify'
import type { AdminOptions } from '../admin-options.js'
import { sendPage } from '../page/send-page.js'
import { visitOf } from '../page/visit.js'
import { personHook } from '../session/person-hook.js'
import { heldByStore } from '../stores/held-backups.js'
import { OverviewPage, type DatabaseCard } from './overview-page.js'
import { nextRunOf, safetyOf } from './safety.js'

/** So many backups make the curve. */
const points = 30

export async function overviewRoute(app: FastifyInstance, options: AdminOptions): Promise<void> {
  const { admin, base, board, checked, desk, readHealth, scrubber } = options
  const onRequest = personHook(options)('view')
  app.get(`${base}/`, { schema: { hide: true }, onRequest }, async (request, reply) => {
    const now = checked.clock.now()
    const health = await readHealth()
    // What failed may name files of the machine, and viewers look here.
    const findings = health.findings.map((finding) => ({
      ...finding,
      message: scrubber.all(finding.message),
      hint: scrubber.all(finding.hint),
    }))
    const schedules = admin.schedules(now)
    const cards = await Promise.all(
      health.databases.map(async (one): Promise<DatabaseCard> => ({
        health: one,
        safety: safetyOf(one, findings, now),
        trend: await desk.shelf.trend({ database: one.name, format: null, last: points }),
        nextRunAt: nextRunOf(one.name, schedules),
      })),
    )
    const held = heldByStore(await desk.shelf.totals())
    const visit = visitOf(request, reply, options)
    return sendPage(
      reply,
      <OverviewPage visit={visit} cards={cards} running={board.running()} held={held} />,
    )
  })
}
