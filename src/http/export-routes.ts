import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { answerExport, type AnswerOptions } from './answer-export.js'
import type { CheckedOptions } from './app-options.js'
import { bearerKey, callerOf, type KeyOptions } from './bearer-key.js'
import { errorBodySchema } from './error-answer.js'
import { contentTypes } from './export-headers.js'
import { exportQuerySchema, toWish } from './export-query.js'

export interface ExportRouteOptions extends AnswerOptions, KeyOptions {
  readonly checked: CheckedOptions
  /** In somebody else's app: these paths, and none of them in its OpenAPI document. */
  readonly embeddedAt?: readonly string[]
}

export const exportPath = '/api/backup/database'
const refusals = [400, 401, 404, 412, 416, 422, 429, 500, 503, 507]

/** `GET` and `HEAD` of an export, behind the key, on the plain path and on the one with the prefix. */
export async function exportRoutes(
  app: FastifyInstance,
  options: ExportRouteOptions,
): Promise<void> {
  const { checked, embeddedAt } = options
  const onRequest = (await bearerKey(app, options))('export')
  const paths = new Set(embeddedAt ?? [exportPath, `${checked.routePrefix}${exportPath}`])
  for (const url of paths)
    app.withTypeProvider<ZodTypeProvider>().route({
      method: ['GET', 'HEAD'],
      url,
      schema: { ...schema, hide: embeddedAt !== undefined || url !== exportPath },
      onRequest,
      handler: (request, reply) =>
        answerExport(request, reply, {
          ...options,
          audit: checked.audit,
          caller: callerOf(request),
          wish: toWish(request.query, checked.databases),
        }),
    })
}

const schema = {
  summary: 'Export a database',
  description: 'See docs/http-api.md: waiting, conditional requests, ranges, digests.',
  security: [{ key: [] }],
  querystring: exportQuerySchema,
  response: {
    200: {
      description: 'The whole export.',
      content: Object.fromEntries(
        Object.values(contentTypes).map((type) => [type.split(';')[0], { schema: z.unknown() }]),
      ),
    },
    ...Object.fromEntries(refusals.map((status) => [status, errorBodySchema])),
  },
}
