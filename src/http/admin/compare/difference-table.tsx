import type { VNode } from 'preact'
import type { ModelDiff } from '../../../core/document-diff.js'
import { Scrolling } from '../page/parts.js'
import { counted, showCount } from '../page/words.js'

export interface DifferenceTableProps {
  /** Those that differ. */
  readonly models: readonly ModelDiff[]
  /** How many do not. */
  readonly equal: number
}

/** How many records of each model were added, changed and removed. */
export function DifferenceTable({ models, equal }: DifferenceTableProps): VNode {
  return (
    <>
      <Scrolling label="Differences by model">
        <table>
          <thead>
            <tr>
              <th scope="col">Model</th>
              {['Added', 'Changed', 'Removed'].map((name) => (
                <th key={name} scope="col" class="number">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {models.map(({ model, added, changed, removed }) => (
              <tr key={model}>
                <th scope="row">
                  <bdi>{model}</bdi>
                </th>
                <td class="number">{showCount(added)}</td>
                <td class="number">{showCount(changed)}</td>
                <td class="number">{showCount(removed)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scrolling>
      {equal > 0 && (
        <p class="help">{counted(equal, 'other model is', 'other models are')} the same.</p>
      )}
    </>
  )
}
