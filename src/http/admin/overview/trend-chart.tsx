import type { VNode } from 'preact'
import type { TrendPoint } from '../../../core/backups/size-trend.js'
import { When } from '../page/when.js'
import { counted, showCount, showDuration, showSize } from '../page/words.js'

const width = 320
const height = 72
const edge = 6

/** How size and duration went; the same in a table, for who does not see a curve. */
export function TrendChart({
  name,
  points,
}: {
  readonly name: string
  readonly points: readonly TrendPoint[]
}): VNode | null {
  const first = points[0]
  const last = points.at(-1)
  if (first === undefined || last === undefined || points.length < 2) return null
  const sizes = points.map(({ size }) => size)
  const durations = points.map(({ durationMs }) => durationMs)
  const summary =
    `Size from ${showSize(first.size)} to ${showSize(last.size)}, ` +
    `duration from ${showDuration(first.durationMs)} to ${showDuration(last.durationMs)}, ` +
    `over ${counted(points.length, 'backup')}`
  return (
    <figure class="trend">
      <figcaption>
        <span class="key size">Size</span> {showSize(last.size)} ·{' '}
        <span class="key duration">Duration</span> {showDuration(last.durationMs)}
      </figcaption>
      <svg
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={`${name}: ${summary}`}
        preserveAspectRatio="none"
      >
        <polyline class="line duration" points={line(durations)} />
        <polyline class="line size" points={line(sizes)} />
      </svg>
      <details>
        <summary>As a table</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">Made</th>
              <th scope="col" class="number">
                Size
              </th>
              <th scope="col" class="number">
                Records
              </th>
              <th scope="col" class="number">
                Duration
              </th>
            </tr>
          </thead>
          <tbody>
            {points.toReversed().map(({ id, at, size, records, durationMs }) => (
              <tr key={id}>
                <td>
                  <When at={at} />
                </td>
                <td class="number">{showSize(size)}</td>
                <td class="number">{showCount(records)}</td>
                <td class="number">{showDuration(durationMs)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  )
}

/** From nothing at the bottom to the most at the top: a small change does not look like a large one. */
function line(values: readonly number[]): string {
  const most = Math.max(1, ...values)
  const step = (width - 2 * edge) / Math.max(1, values.length - 1)
  return values
    .map((value, index) => {
      const y = height - edge - (value / most) * (height - 2 * edge)
      return `${(edge + index * step).toFixed(1)},${y.toFixed(1)}`
    })
    .join(' ')
}
