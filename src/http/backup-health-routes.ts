import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { exportFormats } from '../core/export-formats.js'
import type { CheckedOptions } from './app-options.js'
import { bearerKey, type KeyOptions } from './bearer-key.js'
import { errorBodySchema } from './error-answer.js'
import { recentHealth, type ReadHealth } from './recent-health.js'
import type { Scrubber } from './scrubber.js'

export interface BackupHealthOptions extends KeyOptions {
  readonly checked: CheckedOptions
  readonly read: ReadHealth
  readonly scrubber: Scrubber
}

export const backupHealthPath = '/api/health/backups'
export const metricsPath = '/metrics'

/** How the backups are: for uptime monitors, which learn whether, and behind the key for whoever asks why. */
export async function backupHealthRoutes(
  app: FastifyInstance,
  options: BackupHealthOptions,
): Promise<void> {
  const { scrubber } = options
  const health = recentHealth(options.read, options.checked.clock)
  const withKey = (await bearerKey(app, options))('metrics', 'manage')
  const routes = app.withTypeProvider<ZodTypeProvider>()
  routes.route({
    method: 'GET',
    url: backupHealthPath,
    logLevel: 'warn',
    schema: healthSchema,
    onRequest: (request, reply, done) => {
      if (hasKey(request)) withKey.call(app, request, reply, done)
      else done()
    },
    handler: async (request, reply) => {
      const found = await health()
      const findings = found.findings.map((finding) => {
        return {
          ...finding,
          message: scrubber.all(finding.message),
          hint: scrubber.all(finding.hint),
        }
      })
      const isWell = found.findings.length === 0
      const status = isWell ? ('ok' as const) : ('unhealthy' as const)
      // Without the key nobody learns what there is to find.
      return reply
        .code(isWell ? 200 : 503)
        .send(hasKey(request) ? { status, ...found, findings } : { status })
    },
  })
  routes.route({
    method: 'GET',
    url: metricsPath,
    logLevel: 'warn',
    schema: metricsSchema,
    onRequest: withKey,
    handler: async (_request, reply) => {
      // Loaded where somebody asks: a service that nobody scrapes does not pay for it in memory.
      const { backupMetrics } = await import('./backup-metrics.js')
      const { text, contentType } = await backupMetrics(await health())
      return reply.type(contentType).send(text)
    },
  })
}

/** Whether a right one: the hook has seen it then. */
function hasKey({ headers }: FastifyRequest): boolean {
  return headers.authorization !== undefined
}

const instant = z.iso.datetime()

const newestSchema = z.object({
  id: z.string(),
  format: z.enum(exportFormats),
  at: instant.meta({ description: 'Of the run; later than the backup where nothing changed.' }),
  size: z.number().meta({ description: 'In bytes, as it is stored.' }),
  records: z.number(),
  durationMs: z.number(),
  verifiedAt: instant.nullable(),
})

const databaseSchema = z.object({
  name: z.string(),
  label: z.string(),
  newest: newestSchema.nullable().meta({ description: 'The newest good backup.' }),
  formats: z.array(newestSchema).readonly().meta({ description: 'The newest of each format.' }),
  archivedAt: instant.nullable().meta({ description: 'What the archiver reported last.' }),
  ageMs: z.number().nullable().meta({ description: 'Of the newest of both.' }),
  runs: z.object({ 'in-progress': z.number(), success: z.number(), failed: z.number() }),
  schedules: z.array(z.object({ name: z.string(), succeededAt: instant })).readonly(),
})

const findingSchema = z.object({
  check: z.string().meta({ description: 'One of docs/monitoring.md.' }),
  database: z.string(),
  backup: z.string().nullable(),
  message: z.string(),
  hint: z.string(),
})

/** All but the status is behind the key. */
function answerSchema(status: 'ok' | 'unhealthy') {
  return z.object({
    status: z.literal(status),
    checkedAt: instant.optional(),
    databases: z.array(databaseSchema).readonly().optional(),
    findings: z.array(findingSchema).readonly().optional(),
  })
}

const healthSchema = {
  summary: 'Whether the backups are fresh, proved and whole',
  description: 'Open to all, who get the status alone; with the key also what was found.',
  security: [{}, { key: [] }],
  response: {
    200: answerSchema('ok'),
    503: answerSchema('unhealthy'),
    ...Object.fromEntries([401, 429, 500].map((status) => [status, errorBodySchema])),
  },
}

const metricsSchema = {
  summary: 'The numbers of all backups, for Prometheus',
  security: [{ key: [] }],
  response: {
    200: { description: 'Metrics.', content: { 'text/plain': { schema: z.string() } } },
    ...Object.fromEntries([401, 429, 500].map((status) => [status, errorBodySchema])),
  },
}
