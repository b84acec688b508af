import { stat } from 'node:fs/promises'
import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { ChosenDatabase } from '../jobs/job-types.js'

export interface HealthOptions {
  readonly databases: readonly ChosenDatabase[]
  readonly isStopping: () => boolean
}

const okSchema = z.object({ status: z.literal('ok') })
const unavailableSchema = z.object({ status: z.literal('unavailable') })

/** `/api/health`, open to all: it says whether, never why. */
export function healthRoute(app: FastifyInstance, options: HealthOptions): void {
  app.withTypeProvider<ZodTypeProvider>().get(
    '/api/health',
    {
      logLevel: 'warn',
      schema: {
        summary: 'Whether the service can export',
        response: { 200: okSchema, 503: unavailableSchema },
      },
    },
    async (_request, reply) => {
      const present = await Promise.all(options.databases.map(isPresent))
      if (!options.isStopping() && !present.includes(false)) return { status: 'ok' as const }
      return reply.code(503).send({ status: 'unavailable' })
    },
  )
}

/** Looks at the file without opening it: closing it again would drop SQLite's locks. */
async function isPresent({ address }: ChosenDatabase): Promise<boolean> {
  if (address.engine !== 'sqlite') return true
  try {
    return (await stat(address.path)).isFile()
  } catch {
    // Whatever keeps us from looking at it keeps us from exporting it.
    return false
  }
}
