import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { Scope } from '../../core/access.js'
import { OctavoError } from '../../core/errors.js'
import type { BoardJob, JobKind } from '../../jobs/board/board-types.js'
import { bearerKey, callerOf, scopeFault } from '../bearer-key.js'
import { headerText } from '../request-parts.js'
import { callOf } from './audit-notes.js'
import { sentName } from '../sent-names.js'
import { answerEvents } from './answer-events.js'
import { jobSchema, jobSummarySchema, viewJob } from './job-view.js'
import { behindKey, noQuery, type BackupRouteOptions } from './route-parts.js'
import { jobsPath } from './start-job.js'

const params = z.strictObject({ id: sentName })

/** What runs and what ran lately; a running job can be followed, and stopped. */
export async function jobRoutes(app: FastifyInstance, options: BackupRouteOptions): Promise<void> {
  const { board, notes, scrubber } = options
  const onRequest = (await bearerKey(app, options))('manage', 'restore', 'export')
  const routes = app.withTypeProvider<ZodTypeProvider>()
  const known = (id: string): BoardJob => {
    const job = board.get(id)
    if (job) return job
    throw new OctavoError('not-found', `there is no job ${id}, or not any more`, {
      hint: 'GET /api/jobs lists those that are known since the service was started.',
    })
  }
  routes.get(jobsPath, { schema: listSchema, onRequest }, async (request) => {
    const caller = callerOf(request)
    const seen = board.list().filter(({ kind }) => !scopeFault(caller, seenWith(kind)))
    return { jobs: seen.map((job) => viewJob(job, scrubber)) }
  })
  routes.get(`${jobsPath}/:id`, { schema: showSchema, onRequest }, async (request, reply) => {
    const job = known(request.params.id)
    const fault = scopeFault(callerOf(request), seenWith(job.kind))
    if (fault) throw fault
    const wantsEvents = headerText(request, 'accept')?.includes('text/event-stream') ?? false
    if (wantsEvents && request.method === 'GET')
      return answerEvents(request, reply, { ...options, id: job.id })
    return viewJob(job, scrubber)
  })
  routes.delete(`${jobsPath}/:id`, { schema: stopSchema, onRequest }, async (request, reply) => {
    const job = known(request.params.id)
    const caller = callerOf(request)
    const asked = { action: job.kind, subject: job.about ?? job.backup ?? job.database }
    await notes.unlessRefused(callOf(request), asked, async () => {
      const fault = scopeFault(caller, [scopeOf(job.kind)])
      if (fault) throw fault
    })
    board.stop(job.id, `the job was stopped by ${caller.name}`)
    void reply.code(202)
    return viewJob(known(job.id), scrubber)
  })
}

/** The scope that a job of this kind is started with. */
function scopeOf(kind: JobKind): Scope {
  if (kind === 'compare') return 'export'
  return kind === 'restore' || kind === 'undo' ? 'restore' : 'manage'
}

/** What a comparison results in holds records, as an export does. */
function seenWith(kind: JobKind): readonly Scope[] {
  return kind === 'compare' ? ['export'] : ['manage', 'restore']
}

const { security, refusals } = behindKey()

const listSchema = {
  summary: 'List the jobs that run or ran lately, newest first',
  security,
  querystring: noQuery,
  response: { 200: z.object({ jobs: z.array(jobSummarySchema) }), ...refusals },
}

const showSchema = {
  summary: 'Say how a job is, or follow it',
  description: 'With `Accept: text/event-stream` server-sent events: `progress`, `log` and `end`.',
  security,
  params,
  querystring: noQuery,
  response: { 200: jobSchema, ...refusals },
}

const stopSchema = {
  summary: 'Stop a running job',
  security,
  params,
  querystring: noQuery,
  response: { 202: jobSchema, ...refusals },
}
