import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { sentName } from '../sent-names.js'
import { bearerKey } from '../bearer-key.js'
import { answerArchive } from './answer-archive.js'
import {
  backupParams,
  backupsPath,
  behindKey,
  idOf,
  knownBackup,
  type BackupRouteOptions,
} from './route-parts.js'

const query = z.strictObject({
  store: sentName.optional().meta({ description: 'Only the copy in this store.' }),
})

/** `GET` and `HEAD` of the archive of a backup, as it is stored. */
export async function archiveRoute(
  app: FastifyInstance,
  options: BackupRouteOptions,
): Promise<void> {
  const { notes, desk } = options
  const withKey = (await bearerKey(app, options))('export')
  app.withTypeProvider<ZodTypeProvider>().route({
    method: ['GET', 'HEAD'],
    url: `${backupsPath}/:id/archive`,
    schema,
    onRequest: notes.guard(app, withKey, (request) => ({
      action: 'download',
      subject: idOf(request),
    })),
    handler: async (request, reply) =>
      answerArchive(request, reply, {
        ...options,
        record: await knownBackup(desk.shelf, request.params.id),
        store: request.query.store ?? null,
      }),
  })
}

const { security, refusals } = behindKey(416, 422, 502)

const schema = {
  summary: 'Fetch the archive of a backup, as it is stored',
  description: 'See docs/http-api.md: ranges, digests, damaged copies.',
  security,
  params: backupParams,
  querystring: query,
  response: {
    200: {
      description: 'The whole archive.',
      content: { 'application/octet-stream': { schema: z.unknown() } },
    },
    206: {
      description: 'The part of it that Range asks for.',
      content: { 'application/octet-stream': { schema: z.unknown() } },
    },
    ...refusals,
  },
}
