import type { VNode } from 'preact'
import {
  auditedActions,
  auditOutcomes,
  type AuditOutcome,
  type AuditWish,
} from '../../../core/access.js'
import { Field, type Tone } from '../page/parts.js'

export type AuditFilter = Omit<AuditWish, 'limit'>

export const outcomeWords: Readonly<Record<AuditOutcome, readonly [Tone, string]>> = {
  begun: ['busy', 'Begun'],
  done: ['good', 'Done'],
  failed: ['bad', 'Failed'],
  refused: ['warn', 'Refused'],
}

export function AuditFilters({
  path,
  filter,
}: {
  readonly path: string
  readonly filter: AuditFilter
}): VNode {
  const { who, action, outcome } = filter
  return (
    <form class="filters" method="get" action={path} aria-label="Filter">
      <Field id="who" label="Who">
        <input id="who" name="who" type="search" value={who ?? ''} />
      </Field>
      <Field id="action" label="Action">
        <select id="action" name="action">
          <option value="">any</option>
          {auditedActions.map((one) => (
            <option key={one} value={one} selected={one === action}>
              {one}
            </option>
          ))}
        </select>
      </Field>
      <Field id="outcome" label="Outcome">
        <select id="outcome" name="outcome">
          <option value="">any</option>
          {auditOutcomes.map((one) => (
            <option key={one} value={one} selected={one === outcome}>
              {outcomeWords[one][1]}
            </option>
          ))}
        </select>
      </Field>
      <button type="submit" class="second">
        Show
      </button>
    </form>
  )
}
