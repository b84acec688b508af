import type { VNode } from 'preact'
import type { BoardJob } from '../../../jobs/board/board-types.js'
import { Dot } from '../page/parts.js'
import { When } from '../page/when.js'
import { jobStates, jobTones, titleOf } from './job-words.js'

/** A job in a list. */
export function JobLine({ base, job }: { readonly base: string; readonly job: BoardJob }): VNode {
  return (
    <>
      <Dot tone={jobTones[job.status]}>{jobStates[job.status]}</Dot>{' '}
      <a href={`${base}/jobs/${job.id}`}>{titleOf(job)}</a>{' '}
      <span class="help">
        <When at={job.startedAt} /> by {job.startedBy}
      </span>
    </>
  )
}
