import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { fromErrorRecord, OctavoError } from '../../../core/errors.js'
import { mayDo, shownPerson, type Right } from '../../../core/people.js'
import type { BoardJob, JobKind } from '../../../jobs/board/board-types.js'
import { answerEvents } from '../../backups/answer-events.js'
import { callOf } from '../../backups/audit-notes.js'
import { shownError } from '../../error-answer.js'
import type { AdminOptions } from '../admin-options.js'
import type { ExportDownloads } from '../exports/export-downloads.js'
import { sendPage } from '../page/send-page.js'
import { visitOf } from '../page/visit.js'
import type { RestorePlans } from '../restore/restore-plan.js'
import { personHook, personOf } from '../session/person-hook.js'
import { JobPage, JobsPage } from './job-page.js'
import { JobResult } from './job-result.js'
import { ownForm } from '../session/own-form.js'

const params = z.strictObject({ id: z.uuid() })

/** Who may start a job of a kind may stop it. */
const rightOf: Readonly<Record<JobKind, Right>> = {
  export: 'export',
  backup: 'backUp',
  verify: 'verify',
  remove: 'remove',
  prune: 'prune',
  restore: 'restore',
  undo: 'restore',
  compare: 'compare',
  inspect: 'restore',
  'check-store': 'test',
  'test-channel': 'test',
}

/** What runs and ran, and one job: how far it is, and what came of it. */
export async function adminJobRoutes(
  app: FastifyInstance,
  options: AdminOptions & { readonly downloads: ExportDownloads; readonly plans: RestorePlans },
): Promise<void> {
  const { base, board, downloads, notes, plans, scrubber } = options
  const onRequest = personHook(options)('view')
  const hidden = { hide: true }
  const routes = app.withTypeProvider<ZodTypeProvider>()
  const one = `${base}/jobs/:id`
  const known = (id: string): BoardJob => {
    const job = board.get(id)
    if (job) return job
    throw new OctavoError('not-found', 'this job is not known any more', {
      hint: 'What it has done is in the backup history and in the audit trail.',
    })
  }
  routes.get(`${base}/jobs`, { schema: hidden, onRequest }, (request, reply) =>
    sendPage(reply, <JobsPage visit={visitOf(request, reply, options)} jobs={board.list()} />),
  )
  routes.get(one, { schema: { ...hidden, params }, onRequest }, (request, reply) => {
    const job = known(request.params.id)
    const { role } = personOf(request)
    const mayRestore = mayDo(role, 'restore')
    const mayFetch = mayDo(role, 'export')
    const file = mayFetch && downloads.find(job.id) ? `${base}/jobs/${job.id}/file` : null
    const visit = visitOf(request, reply, options)
    return sendPage(
      reply,
      <JobPage
        visit={visit}
        job={job}
        log={job.log.map((line) => scrubber.all(line))}
        error={
          job.error &&
          shownError(fromErrorRecord(job.error), scrubber, 'the log of the service tells more')
        }
        download={file !== null && downloads.isWaiting(job.id) ? file : null}
        mayStop={mayDo(role, rightOf[job.kind])}
      >
        <JobResult
          base={base}
          job={job}
          file={file}
          mayRestore={mayRestore}
          pruneForm={mayDo(role, 'prune') ? visit.csrf : null}
          goOn={
            mayRestore && plans.find(job.id) ? `${base}/restore/confirm?preview=${job.id}` : null
          }
        />
      </JobPage>,
    )
  })
  routes.get(`${one}/events`, { schema: { ...hidden, params }, onRequest }, (request, reply) =>
    // Viewers follow comparisons, too, and what those result in holds records.
    answerEvents(request, reply, {
      ...options,
      id: known(request.params.id).id,
      withResult: false,
    }),
  )
  routes.post(
    `${one}/stop`,
    { schema: { ...hidden, params }, onRequest, preValidation: ownForm(app) },
    async (request, reply) => {
      const job = known(request.params.id)
      const person = personOf(request)
      const asked = { action: job.kind, subject: job.about ?? job.backup ?? job.database }
      await notes.unlessRefused(callOf(request), asked, async () => {
        if (mayDo(person.role, rightOf[job.kind])) return
        throw new OctavoError('role-missing', `${person.name} may not stop this job`)
      })
      board.stop(job.id, `the job was stopped by ${shownPerson(person)}`)
      return reply.redirect(`${base}/jobs/${job.id}`, 303)
    },
  )
}
