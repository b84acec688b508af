import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { exportFormats } from '../../core/export-formats.js'
import { bearerKey } from '../bearer-key.js'
import { backupSchema, viewBackup, viewWholeBackup, wholeBackupSchema } from './backup-view.js'
import { readCursor, writeCursor } from './page-cursor.js'
import {
  backupParams,
  backupsPath,
  behindKey,
  knownBackup,
  noQuery,
  servedName,
  type BackupRouteOptions,
} from './route-parts.js'

const format = z.enum(exportFormats)

function count(most: number) {
  return z
    .string()
    .regex(/^\d{1,4}$/, 'a whole number')
    .transform(Number)
    .refine((value) => value >= 1 && value <= most, `a whole number from 1 to ${most}`)
}

const listQuery = z.strictObject({
  limit: count(200).prefault('50').meta({ description: 'From 1 to 200.' }),
  cursor: z.string().optional().meta({ description: '`next` of the page before.' }),
  database: z.string().optional(),
  label: z.string().optional(),
  status: z.enum(['success', 'failed', 'in-progress']).optional(),
  format: format.optional(),
})

const trendQuery = z.strictObject({
  database: z.string().optional().meta({ description: 'The first one configured by default.' }),
  format: format.optional().meta({ description: 'By default that of the newest backup.' }),
  last: count(1000).prefault('30').meta({ description: 'At most so many, up to 1000.' }),
})

/** What there is: pages of the history, one backup, and how sizes and durations went. */
export async function listRoutes(app: FastifyInstance, options: BackupRouteOptions): Promise<void> {
  const { checked, desk, scrubber } = options
  const { shelf } = desk
  const onRequest = (await bearerKey(app, options))('export', 'manage')
  const routes = app.withTypeProvider<ZodTypeProvider>()
  routes.get(backupsPath, { schema: listSchema, onRequest }, async ({ query }) => {
    const { limit, cursor, ...filter } = query
    const records = await shelf.list({
      ...defined(filter),
      ...(cursor !== undefined && { before: readCursor(cursor) }),
      // One more tells whether there is another page.
      limit: limit + 1,
    })
    const page = records.slice(0, limit)
    const last = records.length > limit ? page.at(-1) : undefined
    return {
      backups: page.map((record) => viewBackup(record, scrubber)),
      next: last ? writeCursor(last) : null,
    }
  })
  routes.get(`${backupsPath}/trend`, { schema: trendSchema, onRequest }, async ({ query }) => {
    const database = servedName(checked, query.database)
    const trend = await shelf.trend({ database, format: query.format ?? null, last: query.last })
    return { database, format: trend.format, points: [...trend.points] }
  })
  routes.get(`${backupsPath}/:id`, { schema: showSchema, onRequest }, async ({ params }) =>
    viewWholeBackup(await knownBackup(shelf, params.id), scrubber),
  )
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> }

/** Without the members that were not given. */
function defined<T extends object>(given: T): Defined<T> {
  const entries = Object.entries(given).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries) as Defined<T> // the members that are left
}

const { security, refusals } = behindKey()

const listSchema = {
  summary: 'List backups and runs, newest first',
  security,
  querystring: listQuery,
  response: {
    200: z.object({
      backups: z.array(backupSchema),
      next: z.string().nullable().meta({ description: 'For `cursor`; null on the last page.' }),
    }),
    ...refusals,
  },
}

const trendSchema = {
  summary: 'How size and duration of the backups of a database went',
  description: 'The oldest first; backups that were pruned since are in it.',
  security,
  querystring: trendQuery,
  response: {
    200: z.object({
      database: z.string(),
      format: format.nullable(),
      points: z.array(
        z.object({
          id: z.string(),
          at: z.iso.datetime(),
          size: z.number(),
          records: z.number(),
          durationMs: z.number(),
        }),
      ),
    }),
    ...refusals,
  },
}

const showSchema = {
  summary: 'Say all that is known of a backup',
  security,
  querystring: noQuery,
  params: backupParams,
  response: { 200: wholeBackupSchema, ...refusals },
}
