import { basename } from 'node:path'
import { z } from 'zod'
import { fromErrorRecord } from '../../core/errors.js'
import type { Progress } from '../../core/progress.js'
import { jobKinds, type BoardJob } from '../../jobs/board/board-types.js'
import { notProved } from '../../jobs/backup/not-proved.js'
import type { VerifiedBackup } from '../../jobs/backup/verify-backup.js'
import type { RestoreResult, UndoResult } from '../../jobs/job-types.js'
import { errorBodySchema, shownError } from '../error-answer.js'
import type { Scrubber } from '../scrubber.js'
import type { BackUpOutcome } from './backup-desk.js'
import { viewBackup } from './backup-view.js'

const instant = z.iso.datetime()

export const progressSchema = z.object({
  phase: z.string(),
  model: z.string().nullable(),
  records: z.number().nullable(),
  bytes: z.number().nullable(),
  total: z
    .number()
    .nullable()
    .meta({ description: 'Where the end is known: of records if they are told, else of bytes.' }),
})

/** A job without its log: in lists. */
export const jobSummarySchema = z
  .object({
    id: z.string(),
    kind: z.enum(jobKinds),
    database: z.string().nullable(),
    backup: z.string().nullable().meta({ description: 'The id of the backup that it takes.' }),
    about: z.string().nullable().meta({ description: 'The store or channel that it tests.' }),
    status: z.enum(['running', 'done', 'failed']),
    startedBy: z.string(),
    startedAt: instant,
    endedAt: instant.nullable(),
    progress: progressSchema.nullable(),
    result: z.unknown().meta({ description: 'See docs/http-api.md; null until it is done.' }),
    error: errorBodySchema.nullable(),
  })
  .meta({ id: 'JobSummary' })

export const jobSchema = jobSummarySchema
  .extend({ log: z.array(z.string()).meta({ description: 'The newest 500 lines.' }) })
  .meta({ id: 'Job' })

export type JobView = z.input<typeof jobSchema>

export function viewJob(job: BoardJob, scrubber: Scrubber): JobView {
  const { progress, error, log, ...plain } = job
  return {
    ...plain,
    about: job.about ?? null,
    progress: progress && viewProgress(progress),
    log: log.map((line) => scrubber.all(line)),
    error:
      error &&
      shownError(fromErrorRecord(error), scrubber, `its log tells more of the job ${job.id}`),
  }
}

export function viewProgress(progress: Progress): z.input<typeof progressSchema> {
  const { phase, model = null, records = null, bytes = null, total = null } = progress
  return { phase, model, records, bytes, total }
}

/** What a job resulted in, as answers show it. */
export function resultViews(scrubber: Scrubber) {
  return {
    backUp: ({ backups, pruned }: BackUpOutcome) => {
      return { backups: backups.map((record) => viewBackup(record, scrubber)), pruned }
    },
    verify: (outcome: VerifiedBackup) => {
      requireAllProved(outcome)
      return {
        backup: viewBackup(outcome.record, scrubber),
        copies: outcome.copies.map(({ store, verification }) => {
          return { store, verifiedAt: verification.at, verified: verification.verdict }
        }),
      }
    },
    restore: ({ safetyCopy, warnings, ...result }: RestoreResult) => ({
      ...result,
      safetyCopy: safetyCopy && basename(safetyCopy),
      warnings: warnings.map((warning) => scrubber.all(warning)),
    }),
    undo: ({ restoredFrom, safetyCopy }: UndoResult) => {
      return {
        restoredFrom: basename(restoredFrom),
        safetyCopy: safetyCopy && basename(safetyCopy),
      }
    },
  }
}

/** One bad copy is a failure, and says which ones are good. */
function requireAllProved({ record, copies, failed }: VerifiedBackup): void {
  const [first, ...others] = failed
  if (first !== undefined) throw notProved(`the backup ${record.id}`, [first, ...others], copies)
}
