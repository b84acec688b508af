import type { VNode } from 'preact'
import type { RecordDiff } from '../../../core/document-diff.js'
import { Dot, type Tone } from '../page/parts.js'
import { counted, showCount } from '../page/words.js'
import { recordFields, type FieldDifference, type ShownValue } from './record-fields.js'

export interface Sides {
  /** What people call them: `20261122T000000Z-5a01ce`, `database, as it was then`. */
  readonly a: string
  readonly b: string
}

export interface RecordDifferenceProps {
  readonly sides: Sides
  readonly record: RecordDiff
  /** Where it can be restored; null where it can't, or not by this reader. */
  readonly restore: string | null
}

/** One record, with both sides beside each other; what is the same is folded away. */
export function RecordDifference({ sides, record, restore }: RecordDifferenceProps): VNode {
  const { key, a, b } = record
  const [tone, what] = changeOf(record)
  const fields = recordFields(a, b)
  const equal = fields.filter(({ differs }) => !differs)
  return (
    <section class="record">
      <h3>
        <Dot tone={tone}>{what}</Dot> <Value value={{ text: key, kind: 'other' }} />
      </h3>
      <FieldTable sides={sides} record={record} fields={fields.filter(({ differs }) => differs)} />
      {equal.length > 0 && (
        <details>
          <summary>{counted(equal.length, 'field is', 'fields are')} the same</summary>
          <FieldTable sides={sides} record={{ ...record, b: null }} fields={equal} />
        </details>
      )}
      {restore !== null && (
        <p>
          <a href={restore}>Restore this record</a>
        </p>
      )}
    </section>
  )
}

function changeOf({ a, b }: RecordDiff): readonly [Tone, string] {
  if (a === null) return ['good', 'Added']
  return b === null ? ['bad', 'Removed'] : ['warn', 'Changed']
}

function FieldTable({
  sides,
  record: { a, b },
  fields,
}: Pick<RecordDifferenceProps, 'sides' | 'record'> & {
  readonly fields: readonly FieldDifference[]
}): VNode {
  return (
    <table class="fields">
      <thead>
        <tr>
          <th scope="col">Field</th>
          {a !== null && <th scope="col">{sides.a}</th>}
          {b !== null && <th scope="col">{sides.b}</th>}
        </tr>
      </thead>
      <tbody>
        {fields.map((field) => (
          <tr key={field.name}>
            <th scope="row">
              <bdi>{field.name}</bdi>
            </th>
            {a !== null && (
              <td>
                {field.differs && b !== null ? (
                  <del>
                    <Value value={field.a} />
                  </del>
                ) : (
                  <Value value={field.a} />
                )}
              </td>
            )}
            {b !== null && (
              <td>
                {a === null ? (
                  <Value value={field.b} />
                ) : (
                  <ins>
                    <Value value={field.b} />
                  </ins>
                )}
              </td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** So much of a value stands there at once, in characters. */
const shortValue = 160

/** Apart from what is around it: text of a record may be written in either direction. */
function Value({ value }: { readonly value: ShownValue | null }): VNode {
  if (value === null) return <span class="none">not there</span>
  const { text, kind } = value
  if (text === '') return <span class="none">empty</span>
  if (text.length <= shortValue) return <ShownText kind={kind}>{text}</ShownText>
  return (
    <details class="long">
      <summary>
        <ShownText kind={kind}>{`${text.slice(0, shortValue)}…`}</ShownText>{' '}
        <span class="help">all {showCount(text.length)} characters</span>
      </summary>
      <ShownText kind={kind}>{text}</ShownText>
    </details>
  )
}

function ShownText({ kind, children }: { kind: ShownValue['kind']; children: string }): VNode {
  if (kind === 'text') return <bdi class="value">{children}</bdi>
  return (
    <bdi>
      <code>{children}</code>
    </bdi>
  )
}
