import type { VNode } from 'preact'
import type { CheckedStore } from '../../backups/backup-desk.js'
import { Dot, Scrolling } from '../page/parts.js'
import { showDuration } from '../page/words.js'

/** A store that did all that is asked of it; what one did not do is the error of its job. */
export function StoreTested({
  base,
  outcome,
}: {
  readonly base: string
  readonly outcome: CheckedStore
}): VNode {
  return (
    <>
      <p>
        The store does all that backups need. <a href={`${base}/stores`}>All stores</a>
      </p>
      <Scrolling label="What was tried out">
        <table>
          <thead>
            <tr>
              <th scope="col">The store</th>
              <th scope="col">Result</th>
              <th scope="col" class="number">
                Took
              </th>
            </tr>
          </thead>
          <tbody>
            {outcome.steps.map(({ step, ms }) => (
              <tr key={step}>
                <th scope="row">{step}</th>
                <td>
                  <Dot tone="good">Works</Dot>
                </td>
                <td class="number">{showDuration(ms)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scrolling>
    </>
  )
}

export function ChannelTested({ base }: { readonly base: string }): VNode {
  return (
    <p>
      The channel took the test. Look whether it has arrived.{' '}
      <a href={`${base}/notifications`}>All channels</a>
    </p>
  )
}
