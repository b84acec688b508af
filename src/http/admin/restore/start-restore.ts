import type { FastifyReply, FastifyRequest } from 'fastify'
import { requireNoOther } from '../../../jobs/backup/require-no-other.js'
import type { BackupSource } from '../../backups/backup-desk.js'
import { resultViews, type JobView } from '../../backups/job-view.js'
import { knownBackup, requireHeld, servedName } from '../../backups/route-parts.js'
import { startJob } from '../../backups/start-job.js'
import type { AdminOptions } from '../admin-options.js'
import type { RestorePlan } from './restore-plan.js'

export interface StartRestore {
  readonly plan: RestorePlan
  /** Null: a dry run, which changes nothing. */
  readonly confirmed: string | null
  /** Keeps an upload until it is called. */
  readonly release: () => Promise<void>
}

/** Starts the job that shows what a plan would change, or does it. */
export async function startRestore(
  options: AdminOptions,
  call: { readonly request: FastifyRequest; readonly reply: FastifyReply },
  { plan, confirmed, release }: StartRestore,
): Promise<JobView> {
  const { checked, desk, scrubber } = options
  const { source, mode, only, records } = plan
  const into = servedName(checked, plan.into)
  const id = 'id' in source ? source.id : null
  const dryRun = confirmed === null
  const wish = { source, into, mode, only, records, dryRun, confirmed }
  const views = resultViews(scrubber)
  try {
    return await startJob(options, call, {
      meta: { kind: 'restore', database: into, backup: id },
      subject: `${shownSource(source)} into ${into}${dryRun ? ', a dry run' : ''}`,
      check: async () => {
        if (id !== null) requireHeld(await knownBackup(desk.shelf, id), null)
        if (!dryRun) await requireNoOther(desk.shelf, into, checked.clock.now())
      },
      run: async (listeners) => {
        try {
          return views.restore(await desk.runs.restore(wish, listeners))
        } finally {
          await release()
        }
      },
    })
  } catch (error) {
    await release()
    throw error
  }
}

export function shownSource(source: BackupSource): string {
  return 'id' in source ? source.id : `the file ${source.name}`
}
