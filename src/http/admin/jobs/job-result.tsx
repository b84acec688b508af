import type { VNode } from 'preact'
import type { BoardJob } from '../../../jobs/board/board-types.js'
import type { CheckedStore, InspectedBackup, PrunedStore } from '../../backups/backup-desk.js'
import type { resultViews } from '../../backups/job-view.js'
import { counted, showSize } from '../page/words.js'
import { differingModels, type Comparison } from '../compare/comparison.js'
import { DifferenceTable } from '../compare/difference-table.js'
import { PruneOutcome } from '../stores/prune-outcome.js'
import { Inspected } from './inspected.js'
import { RestoreOutcome, UndoOutcome, type Restored } from './restore-outcome.js'
import { ChannelTested, StoreTested } from './test-outcome.js'

type Views = ReturnType<typeof resultViews>
type View<K extends keyof Views> = ReturnType<Views[K]>

interface ExportOutcome {
  readonly bytes: number
  readonly records: number
  readonly verified: string | null
}

export interface JobResultProps {
  readonly base: string
  readonly job: BoardJob
  /** Of an export that is still there. */
  readonly file: string | null
  /** Where a restore goes on whose changes these would be. */
  readonly goOn: string | null
  readonly mayRestore: boolean
  /** The mark of forms for who may prune; null for others. */
  readonly pruneForm: string | null
}

/** What a finished job has come to. */
export function JobResult(props: JobResultProps): VNode | null {
  const { base, job, file, goOn, mayRestore, pruneForm } = props
  if (job.status !== 'done') return null
  // What each kind results in is what its route gave the board, with the same views.
  switch (job.kind) {
    case 'export':
      return <ExportMade outcome={job.result as ExportOutcome} file={file} />
    case 'backup':
      return <BackupMade base={base} outcome={job.result as View<'backUp'>} />
    case 'verify':
      return <Proved outcome={job.result as View<'verify'>} base={base} />
    case 'remove':
      return (
        <p>
          The backup is gone from every store. <a href={`${base}/backups`}>Backup history</a>
        </p>
      )
    case 'prune':
      return <PruneOutcome base={base} csrf={pruneForm} stores={job.result as PrunedStore[]} />
    case 'restore':
      return (
        <>
          <RestoreOutcome base={base} job={job} outcome={job.result as Restored} />
          {goOn !== null && (
            <p class="buttons">
              <a class="button" href={goOn}>
                Go on to confirm it
              </a>
              <a href={`${base}/restore`}>Choose something else</a>
            </p>
          )}
        </>
      )
    case 'undo':
      return <UndoOutcome outcome={job.result as View<'undo'>} />
    case 'check-store':
      return <StoreTested base={base} outcome={job.result as CheckedStore} />
    case 'test-channel':
      return <ChannelTested base={base} />
    case 'compare':
      return <Compared base={base} job={job} outcome={job.result as Comparison} />
    case 'inspect':
      return (
        <Inspected
          base={base}
          job={job}
          outcome={job.result as InspectedBackup}
          mayRestore={mayRestore}
        />
      )
  }
}

function ExportMade({
  outcome,
  file,
}: {
  readonly outcome: ExportOutcome
  readonly file: string | null
}): VNode {
  const { bytes, records, verified } = outcome
  return (
    <>
      <p>
        {counted(records, 'record')}, {showSize(bytes)}
        {verified === null ? '' : ', restored and found equal to the database, row by row'}. It is
        kept in no store and in no history.
      </p>
      {file === null ? (
        <p class="help">The file was removed again. Export once more to get one.</p>
      ) : (
        <p>
          <a class="button" href={file} download>
            Download
          </a>{' '}
          <span class="help">
            The download starts by itself. The file is here for some minutes.
          </span>
        </p>
      )}
    </>
  )
}

function BackupMade({
  base,
  outcome,
}: {
  readonly base: string
  readonly outcome: View<'backUp'>
}): VNode {
  const { backups, pruned } = outcome
  return (
    <>
      <ul>
        {backups.map(({ id, records, size, copies, unchangedFrom }) => (
          <li key={id}>
            <a href={`${base}/backups/${id}`}>{id}</a>
            {unchangedFrom === null
              ? `: ${counted(records ?? 0, 'record')}, ${showSize(size ?? 0)} in ${copies.map(({ store }) => store).join(', ')}`
              : `: nothing has changed since ${unchangedFrom}`}
          </li>
        ))}
      </ul>
      {pruned.length > 0 && (
        <p>{counted(pruned.length, 'backup')} that the policy does not keep: removed.</p>
      )}
    </>
  )
}

function Proved({
  base,
  outcome,
}: {
  readonly base: string
  readonly outcome: View<'verify'>
}): VNode {
  const { backup, copies } = outcome
  return (
    <p>
      <a href={`${base}/backups/${backup.id}`}>{backup.id}</a> was read back from{' '}
      {copies.map(({ store }) => store).join(', ')}, restored into a scratch database and found
      right.
    </p>
  )
}

function Compared({
  base,
  job,
  outcome,
}: {
  readonly base: string
  readonly job: BoardJob
  readonly outcome: Comparison
}): VNode {
  if (outcome.equal) return <p>There is no difference.</p>
  const differing = differingModels(outcome)
  return (
    <>
      <p>
        <a class="button" href={`${base}/comparisons/${job.id}`}>
          Show what differs
        </a>
      </p>
      {differing.length > 0 && (
        <DifferenceTable models={differing} equal={outcome.models.length - differing.length} />
      )}
    </>
  )
}
