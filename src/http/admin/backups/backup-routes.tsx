import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { writeBackupManifest } from '../../../core/backups/manifest.js'
import { OctavoError } from '../../../core/errors.js'
import { answerArchive } from '../../backups/answer-archive.js'
import { backupParams } from '../../backups/route-parts.js'
import type { AdminOptions } from '../admin-options.js'
import { sendPage } from '../page/send-page.js'
import { visitOf } from '../page/visit.js'
import { personHook, personOf } from '../session/person-hook.js'
import { BackupPage } from './backup-page.js'
import { heldRecord, knownRecord } from './known-record.js'
import { shownFailure } from './shown-failure.js'

const storeQuery = z.strictObject({ store: z.string().max(200).optional() })

/** One backup: its page, its archive and its manifest. */
export async function adminBackupRoutes(
  app: FastifyInstance,
  options: AdminOptions,
): Promise<void> {
  const { base, board, desk, scrubber } = options
  const withRight = personHook(options)
  const routes = app.withTypeProvider<ZodTypeProvider>()
  const one = `${base}/backups/:id`
  const hidden = { hide: true, params: backupParams }
  routes.get(one, { schema: hidden, onRequest: withRight('view') }, async (request, reply) => {
    const record = await knownRecord(desk.shelf, request.params.id)
    const { id, database, status } = record
    const log = await desk.shelf.log(id)
    const running = board
      .running()
      .filter(
        (job) =>
          job.backup === id ||
          (status === 'in-progress' && job.kind === 'backup' && job.database === database),
      )
    return sendPage(
      reply,
      <BackupPage
        visit={visitOf(request, reply, options)}
        role={personOf(request).role}
        record={record}
        before={record.manifest && (await desk.shelf.before(record))}
        error={shownFailure(record, scrubber)}
        warnings={record.warnings.map((warning) => scrubber.all(warning))}
        log={log === null ? null : scrubber.all(log)}
        running={running}
      />,
    )
  })
  routes.route({
    method: ['GET', 'HEAD'],
    url: `${one}/archive`,
    schema: { ...hidden, querystring: storeQuery },
    onRequest: withRight('download'),
    handler: async (request, reply) =>
      answerArchive(request, reply, {
        ...options,
        record: await heldRecord(desk.shelf, request.params.id),
        store: request.query.store ?? null,
      }),
  })
  routes.get(
    `${one}/manifest.json`,
    { schema: hidden, onRequest: withRight('view') },
    async (request, reply) => {
      const { id, manifest } = await knownRecord(desk.shelf, request.params.id)
      if (manifest === null)
        throw new OctavoError('not-found', `the run ${id} has made no archive, and no manifest`, {
          hint: 'Its page says how it ended.',
        })
      return reply
        .type('application/json; charset=utf-8')
        .header('content-disposition', `attachment; filename="${id}.manifest.json"`)
        .send(writeBackupManifest(manifest))
    },
  )
}
