import type { ComponentChildren, VNode } from 'preact'
import type { BoardJob } from '../../../jobs/board/board-types.js'
import type { ErrorBody } from '../../error-answer.js'
import { Failure } from '../page/failure.js'
import { Page, type Visit } from '../page/layout.js'
import { Dot, Empty, Facts, PostForm } from '../page/parts.js'
import { When } from '../page/when.js'
import { showDuration } from '../page/words.js'
import { JobLine } from './job-line.js'
import { JobProgress } from './job-progress.js'
import { jobStates, jobTones, titleOf } from './job-words.js'

export interface JobPageProps {
  readonly visit: Visit
  readonly job: BoardJob
  readonly log: readonly string[]
  readonly error: ErrorBody | null
  /** What came of it, by its kind. */
  readonly children?: ComponentChildren
  /** Of a finished export that was not downloaded yet. */
  readonly download: string | null
  readonly mayStop: boolean
}

export function JobPage(props: JobPageProps): VNode {
  const { visit, job, log, error, children, download, mayStop } = props
  const { base, csrf } = visit
  const isRunning = job.status === 'running'
  const title = titleOf(job)
  return (
    <Page
      visit={visit}
      title={title}
      {...(isRunning && { refreshSeconds: 2 })}
      {...(download !== null && { goOn: download })}
    >
      <h1>{title}</h1>
      <p>
        <Dot tone={jobTones[job.status]}>{jobStates[job.status]}</Dot>
      </p>
      {isRunning && (
        <div data-job={`${base}/jobs/${job.id}/events`}>
          <JobProgress progress={job.progress} />
          {mayStop && (
            <PostForm action={`${base}/jobs/${job.id}/stop`} csrf={csrf}>
              <button type="submit" class="second">
                Stop
              </button>
            </PostForm>
          )}
          <noscript>
            <p class="help">This page shows how far it is every two seconds.</p>
          </noscript>
        </div>
      )}
      {error && <Failure error={error} />}
      {children}
      {download !== null && <span data-download={download} hidden />}
      <Facts
        facts={[
          ['Started', <When at={job.startedAt} />],
          ['By', job.startedBy],
          [
            'Took',
            job.endedAt && showDuration(Date.parse(job.endedAt) - Date.parse(job.startedAt)),
          ],
        ]}
      />
      {(isRunning || log.length > 0) && <h2>Log</h2>}
      <pre id="log" class="log" tabIndex={0} aria-label="Log">
        {log.join('\n')}
      </pre>
    </Page>
  )
}

export function JobsPage({
  visit,
  jobs,
}: {
  readonly visit: Visit
  readonly jobs: readonly BoardJob[]
}): VNode {
  return (
    <Page visit={visit} title="Jobs">
      <h1>Jobs</h1>
      <p>
        What runs, and what ran since the service was started. All that was ever backed up is in the{' '}
        <a href={`${visit.base}/backups`}>backup history</a>.
      </p>
      {jobs.length === 0 ? (
        <Empty title="Nothing ran yet.">
          <p>
            <a href={`${visit.base}/`}>Start a backup or an export</a>, and follow it here.
          </p>
        </Empty>
      ) : (
        <ul class="jobs">
          {jobs.map((job) => (
            <li key={job.id}>
              <JobLine base={visit.base} job={job} />
            </li>
          ))}
        </ul>
      )}
    </Page>
  )
}
