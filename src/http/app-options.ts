import { isAbsolute } from 'node:path'
import { z } from 'zod'
import { leastKeyLength } from '../config/service-settings.js'
import type { Audit, KeptKey } from '../core/access.js'
import type { Clock } from '../core/clock.js'
import { OctavoError } from '../core/errors.js'
import type { ChosenDatabase } from '../jobs/job-types.js'
import type { RunJob } from '../jobs/wall/run-job.js'
import type { AdminDesk } from './admin/admin-desk.js'
import type { BackupDesk } from './backups/backup-desk.js'
import type { ReadHealth } from './recent-health.js'

const milliseconds = z.int().min(0)
const callable = (value: unknown): boolean => typeof value === 'function'
const hasName = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'name' in value && 'address' in value
const isClock = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'now' in value && 'sleep' in value
const isDesk = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'shelf' in value && 'runs' in value
const isAdminDesk = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'people' in value && 'sessions' in value

/** What the service needs; whoever builds it has read the environment. */
const appOptionsSchema = z.strictObject({
  /** Paths absolute; the first one answers where a request names none. */
  databases: z.array(z.custom<ChosenDatabase>(hasName, 'a configured database')).min(1),
  /** Each opens the export; several while a key is being changed. */
  keys: z.array(z.string().min(leastKeyLength)).min(1),
  /** Those that were made with `octavo key`, as they are now. */
  keptKeys: z.custom<() => Promise<readonly KeptKey[]>>(callable, 'a function').optional(),
  /** Who may log in to the admin pages; without it there is one page, for holders of a key. */
  admin: z.custom<AdminDesk>(isAdminDesk, 'an admin desk').optional(),
  /** Where it is noted who did what; by default nowhere but in the log. */
  audit: z.custom<Audit>(callable, 'a function').optional(),
  spoolFolder: z.string().refine(isAbsolute, 'an absolute path'),
  /** `/schedule` adds `/schedule/api/backup/database`; empty adds nothing. */
  routePrefix: z
    .string()
    .regex(/^(\/[\w.~-]+)*$/, 'like /schedule: a slash before each part and none at the end')
    .default(''),
  /** How many exports may run at the same time. */
  exportConcurrency: z.int().min(1).default(2),
  /** How long, and how many, finished exports stay for a download to go on. 0 ms: not at all. */
  keepExportsMs: milliseconds.default(10 * 60_000),
  keepExports: z.int().min(0).default(3),
  /** How long running exports and answers may go on once the service is told to close. */
  shutdownLimitMs: milliseconds.default(5_000),
  /** After how long without taking a byte a client is taken for gone. */
  stalledAnswerMs: milliseconds.default(120_000),
  /** How long an export waits for the database's locks. */
  busyTimeoutMs: milliseconds.default(10_000),
  /** Whose `X-Forwarded-For` is believed. With a list also whoever connects to a unix socket. */
  trustProxy: z.union([z.boolean(), z.array(z.string())]).default(false),
  /** Whether answers to repeated wrong keys wait; else they are 429 at once. */
  wrongKeysWait: z.boolean().default(true),
  /** Whether the database is the sample, which a document must say. */
  sample: z.boolean().default(false),
  version: z.string().min(1),
  log: z
    .strictObject({
      level: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
      /** By default the standard output. */
      stream: z.custom<{ write(line: string): void }>().optional(),
    })
    .default({ level: 'info' }),
  /** How the backups are; without it nothing tells of them. */
  readHealth: z.custom<ReadHealth>(callable, 'a function').optional(),
  /** The backups that are kept; without it there are no routes for them. */
  desk: z.custom<BackupDesk>(isDesk, 'a desk').optional(),
  runJob: z.custom<RunJob>(callable, 'a function'),
  clock: z.custom<Clock>(isClock, 'a clock'),
  /** Bytes free for the spool; by default what the file system says. */
  freeSpace: z.custom<(folder: string) => Promise<number>>(callable, 'a function').optional(),
})

export type AppOptions = z.input<typeof appOptionsSchema>
export type CheckedOptions = z.output<typeof appOptionsSchema>

/** Throws `config-invalid` that names every mistake at once, never a value: it may be a key. */
export function checkAppOptions(options: AppOptions): CheckedOptions {
  const checked = appOptionsSchema.safeParse(options)
  if (checked.success) return checked.data
  const mistakes = checked.error.issues.map(
    ({ path, message }) => `${path.join('.') || 'options'}: ${message}`,
  )
  throw new OctavoError('config-invalid', `the service can't start with ${mistakes.join('; ')}`, {
    cause: checked.error,
  })
}
