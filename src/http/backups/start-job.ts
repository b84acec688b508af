import type { FastifyReply, FastifyRequest } from 'fastify'
import { notedFirst } from '../../core/access.js'
import { fromErrorRecord } from '../../core/errors.js'
import { callerOf } from '../bearer-key.js'
import type { BoardJob, BoardRun, JobMeta } from '../../jobs/board/board-types.js'
import { callOf, type Ended } from './audit-notes.js'
import { viewJob, type JobView } from './job-view.js'
import type { BackupRouteOptions } from './route-parts.js'

export const jobsPath = '/api/jobs'

export interface WantedJob {
  readonly meta: Omit<JobMeta, 'startedBy'>
  /** For the audit trail: what it is done to. */
  readonly subject: string
  /** Throws what keeps the job from being started. */
  readonly check?: () => Promise<void>
  readonly run: BoardRun
}

/** Starts a job and answers where to follow it; its end is noted, whoever still listens. */
export async function startJob(
  { board, notes, scrubber }: BackupRouteOptions,
  { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
  { meta, subject, check, run }: WantedJob,
): Promise<JobView> {
  const call = callOf(request)
  const asked = { action: meta.kind, subject }
  const { job, ended } = await notes.unlessRefused(call, asked, async () => {
    await check?.()
    return board.start({ ...meta, startedBy: callerOf(request).name }, run)
  })
  if (notedFirst.has(meta.kind))
    await notes.note(call, asked, { outcome: 'begun', detail: `job ${job.id}` })
  request.log.info({ job: job.id, ...meta }, `started the job ${job.id}: ${meta.kind}`)
  void ended.then((over) => {
    const { status, error } = over
    const facts = { job: job.id, ...(error && { err: fromErrorRecord(error) }) }
    request.log[error ? 'error' : 'info'](facts, `the job ${job.id} is ${status}`)
    return notes.note(call, asked, endOf(over))
  })
  void reply.code(202).header('location', `${jobsPath}/${job.id}`)
  return viewJob(job, scrubber)
}

function endOf({ id, error }: BoardJob): Ended {
  if (error === null) return { outcome: 'done', detail: `job ${id}` }
  return { outcome: 'failed', detail: `job ${id}: ${error.code}: ${error.message}` }
}
