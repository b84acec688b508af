import type { VNode } from 'preact'
import type { CountChange } from '../../../core/backups/count-changes.js'
import type { MadeBackup } from '../../../core/backups/size-trend.js'
import { Scrolling } from '../page/parts.js'
import { When } from '../page/when.js'
import { counted, showCount } from '../page/words.js'
import { signed } from './backup-facts.js'

export interface BackupModelsProps {
  readonly base: string
  readonly before: MadeBackup | null
  readonly changes: readonly CountChange[]
}

/** How many records each model holds, and how many more than in the backup before. */
export function BackupModels({ base, before, changes }: BackupModelsProps): VNode {
  const held = changes.filter(({ now }) => now !== null).length
  return (
    <>
      <h2>Models</h2>
      <p>
        {counted(held, 'model')}
        {before && (
          <>
            , compared with{' '}
            <a href={`${base}/backups/${before.id}`}>
              the one before, of <When at={before.startedAt} />
            </a>
          </>
        )}
        .
      </p>
      {changes.length > 0 && (
        <Scrolling label="Models">
          <table>
            <thead>
              <tr>
                <th scope="col">Model</th>
                <th scope="col" class="number">
                  Records
                </th>
                {before && (
                  <th scope="col" class="number">
                    Change
                  </th>
                )}
              </tr>
            </thead>
            <tbody>
              {changes.map((change) => (
                <tr key={change.model}>
                  <th scope="row">
                    <bdi>{change.model}</bdi>
                  </th>
                  <td class="number">{change.now === null ? 'gone' : showCount(change.now)}</td>
                  {before && <td class="number">{changeOf(change)}</td>}
                </tr>
              ))}
            </tbody>
          </table>
        </Scrolling>
      )}
    </>
  )
}

function changeOf({ now, before, difference, excluded }: CountChange): string {
  if (excluded) return 'rows left out on purpose'
  if (before === null) return 'new'
  const change = now === null || difference === null ? -before : difference
  return change === 0 ? 'none' : signed(change, showCount)
}
