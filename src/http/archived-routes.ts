import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { CheckedOptions } from './app-options.js'
import { archivedSchema } from './archived-file.js'
import { ArchivedState } from './archived-state.js'
import { bearerKey, type KeyOptions } from './bearer-key.js'
import { errorBodySchema } from './error-answer.js'
import { unknownDatabase } from './sent-names.js'
import { isOverdue, watchArchive } from './watch-archive.js'

export interface ArchivedRouteOptions extends KeyOptions {
  readonly checked: CheckedOptions
  /** In somebody else's app: these paths, and none of them in its OpenAPI document. */
  readonly embeddedAt?: readonly string[]
}

export const archivedPath = '/api/backup/archived'
const refusals = Object.fromEntries(
  [400, 401, 404, 429, 500, 507].map((status) => [status, errorBodySchema]),
)

const statusSchema = z.object({
  databases: z.array(
    z.object({
      name: z.string(),
      archived: archivedSchema
        .nullable()
        .meta({ description: 'The last one; null: none is known.' }),
      overdue: z.boolean().meta({ description: 'The last one is older than 8 days.' }),
    }),
  ),
})

/** Behind the key: the archiver says what it committed, and whoever asks learns when that was. */
export async function archivedRoutes(
  app: FastifyInstance,
  options: ArchivedRouteOptions,
): Promise<void> {
  const { checked, embeddedAt } = options
  const { databases, clock } = checked
  const onRequest = (await bearerKey(app, options))('export')
  const state = await ArchivedState.open({ ...checked, log: app.log })
  watchWhileOpen(app, checked, state)
  const paths = embeddedAt ?? [archivedPath, `${checked.routePrefix}${archivedPath}`]
  for (const url of new Set(paths)) {
    const hide = embeddedAt !== undefined || url !== archivedPath
    const routes = app.withTypeProvider<ZodTypeProvider>()
    routes.get(url, { schema: { ...statusRoute, hide }, onRequest }, () => {
      const now = clock.now()
      return {
        databases: databases.map(({ name }) => {
          return { name, archived: state.of(name), overdue: isOverdue(state, name, now) }
        }),
      }
    })
    routes.post(url, { schema: { ...tellRoute, hide }, onRequest }, async (request, reply) => {
      const { database } = request.body
      if (!databases.some(({ name }) => name === database))
        throw unknownDatabase(database, databases)
      await state.remember(request.body)
      request.log.info(request.body, `archived "${database}" as ${request.body.name}`)
      return reply.code(204).send(null)
    })
  }
}

function watchWhileOpen(
  app: FastifyInstance,
  { databases, clock }: CheckedOptions,
  state: ArchivedState,
): void {
  const watch = new AbortController()
  app.addHook('preClose', async () => watch.abort())
  watchArchive({ state, databases, clock, log: app.log, signal: watch.signal })
}

const statusRoute = {
  summary: 'When each database was archived last',
  security: [{ key: [] }],
  response: { 200: statusSchema, ...refusals },
}

const tellRoute = {
  summary: 'Remember that a backup was archived',
  description: 'Sent by the archiver once the branch holds the backup.',
  security: [{ key: [] }],
  body: archivedSchema,
  response: { 204: z.null().meta({ description: 'It is remembered.' }), ...refusals },
}
