import type { VNode } from 'preact'
import type { BoardJob } from '../../../jobs/board/board-types.js'
import type { resultViews } from '../../backups/job-view.js'
import { Notice, Scrolling } from '../page/parts.js'
import { capitalised, counted, showCount } from '../page/words.js'

type Views = ReturnType<typeof resultViews>
export type Restored = ReturnType<Views['restore']>

export interface RestoreOutcomeProps {
  readonly base: string
  readonly job: BoardJob
  readonly outcome: Restored
}

/** What a restore has changed, or would. */
export function RestoreOutcome({ base, job, outcome }: RestoreOutcomeProps): VNode {
  const { dryRun, safetyCopy, warnings, excludedRows, parents = [] } = outcome
  return (
    <>
      {dryRun ? (
        <Notice tone="quiet" title="Nothing was changed yet: this is what the restore would do." />
      ) : (
        <Notice tone="good" title="Restored, read back, and found equal to the backup.">
          {safetyCopy !== null && (
            <p>
              What was there before is kept as <code>{safetyCopy}</code>.{' '}
              <a href={`${base}/undo/${encodeURIComponent(String(job.database))}`}>
                Undo this restore
              </a>
            </p>
          )}
        </Notice>
      )}
      <Changes changes={outcome.changes} />
      {parents.length > 0 && (
        <p>
          With them {dryRun ? 'would come' : 'came'} what they refer to and the database lacked:{' '}
          {parents.map(({ model, key }) => `${model}:${key}`).join(', ')}.
        </p>
      )}
      {excludedRows.length > 0 && (
        <p>Rows left out of the backup on purpose: {excludedRows.join(', ')}.</p>
      )}
      {warnings.length > 0 && (
        <ul>
          {warnings.map((warning) => (
            <li key={warning}>{capitalised(warning)}</li>
          ))}
        </ul>
      )}
    </>
  )
}

/** Where it was counted, models that stay as they are are told by their number. */
function Changes({ changes }: Pick<Restored, 'changes'>): VNode {
  const isCounted = changes.some(({ added }) => added !== null)
  const shown = isCounted ? changes.filter(isChanged) : changes
  const same = changes.length - shown.length
  return (
    <>
      {shown.length > 0 && (
        <Scrolling label="Changes by model">
          <table>
            <thead>
              <tr>
                <th scope="col">Model</th>
                {isCounted &&
                  ['Added', 'Changed', 'Removed'].map((name) => (
                    <th key={name} scope="col" class="number">
                      {name}
                    </th>
                  ))}
                <th scope="col" class="number">
                  Records after
                </th>
              </tr>
            </thead>
            <tbody>
              {shown.map((change) => (
                <Change key={change.model} change={change} isCounted={isCounted} />
              ))}
            </tbody>
          </table>
        </Scrolling>
      )}
      {same > 0 && (
        <p class="help">
          {shown.length > 0 ? counted(same, 'other model') : `All ${counted(same, 'model')}`}: every
          record is as it was.
        </p>
      )}
    </>
  )
}

function isChanged({ added, changed, removed }: Restored['changes'][number]): boolean {
  return added !== 0 || changed !== 0 || removed !== 0
}

interface ChangeProps {
  readonly change: Restored['changes'][number]
  readonly isCounted: boolean
}

function Change({ change, isCounted }: ChangeProps): VNode {
  const { model, added, changed, removed, records } = change
  return (
    <tr>
      <th scope="row">
        <bdi>{model}</bdi>
      </th>
      {isCounted &&
        [added, changed, removed].map((count, index) => (
          <td key={index} class={count === 0 ? 'number none' : 'number'}>
            {count === null ? '' : showCount(count)}
          </td>
        ))}
      <td class="number">{showCount(records)}</td>
    </tr>
  )
}

export function UndoOutcome({ outcome }: { readonly outcome: ReturnType<Views['undo']> }): VNode {
  return (
    <Notice tone="good" title="The state from before the restore is back.">
      <p>
        It came from <code>{outcome.restoredFrom}</code>
        {outcome.safetyCopy !== null && (
          <>
            ; what it replaced is kept as <code>{outcome.safetyCopy}</code>
          </>
        )}
        .
      </p>
    </Notice>
  )
}
