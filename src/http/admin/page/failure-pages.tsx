import type { FastifyInstance } from 'fastify'
import { asOctavoError, OctavoError } from '../../../core/errors.js'
import { answerFor, logFailure, setErrorHeaders, type ErrorBody } from '../../error-answer.js'
import type { AdminOptions } from '../admin-options.js'
import { Failure } from './failure.js'
import { Page } from './layout.js'
import { sendPage } from './send-page.js'
import { visitOf } from './visit.js'

/** What fails below `app` is a page, for people: what to do is said in terms of the pages. */
export function answerWithPages(app: FastifyInstance, options: AdminOptions): void {
  app.setErrorHandler((thrown, request, reply) => {
    const error = isCsrf(thrown) ? formExpired(thrown) : thrown
    const { status, body } = answerFor(error, request.id, options.scrubber)
    logFailure(request, error, status)
    setErrorHeaders(reply, error)
    const visit = visitOf(request, reply, options)
    const { job } = asOctavoError(error).details
    const link =
      typeof job === 'string'
        ? { href: `${visit.base}/jobs/${job}`, text: 'Show that job' }
        : undefined
    return sendPage(
      reply.code(status),
      <Page visit={visit} title={titleOf(status)}>
        <h1>{titleOf(status)}</h1>
        <Failure error={forPeople(body)} link={link} />
        <p>
          <a href={`${visit.base}/`}>Overview</a>
        </p>
      </Page>,
    )
  })
}

function isCsrf(thrown: unknown): boolean {
  return thrown instanceof Error && 'code' in thrown && String(thrown.code).startsWith('FST_CSRF')
}

function formExpired(cause: unknown): OctavoError {
  return new OctavoError('form-expired', 'the form was not sent from a page of this session', {
    cause,
  })
}

const titles: Readonly<Record<number, string>> = {
  403: 'Not allowed',
  404: 'Not found',
  409: 'Not now',
  503: 'Not now',
}

function titleOf(status: number): string {
  return titles[status] ?? (status < 500 ? 'This did not work' : 'Something failed')
}

/** Hints that name requests and commands are for who sends requests and types commands. */
const hints: Readonly<Record<string, string>> = {
  'backup-running': 'Wait for it to end, then try again.',
  'job-running': 'Wait for it to end, then try again.',
  'backup-kept':
    'Nothing was removed. Take off the pin first, or keep it: it is the newest verified one.',
  'too-many-exports': 'Wait for the others to end, then export again.',
  usage: 'Go back, correct it, and send the form again.',
}

export function forPeople(body: ErrorBody): ErrorBody {
  return { ...body, hint: hints[body.code] ?? body.hint }
}
