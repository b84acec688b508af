import type { VNode } from 'preact'
import { statusWords } from '../../../core/backups/catalog.js'
import type { RunChoices } from '../../../core/backups/run-page.js'
import { exportFormats, formatWords } from '../../../core/export-formats.js'
import { shownLabel } from '../../../core/labels.js'
import { Field } from '../page/parts.js'
import { historyAddress, isFiltered, type HistoryQuery } from './history-query.js'

export interface HistoryFiltersProps {
  readonly base: string
  readonly query: HistoryQuery
  readonly choices: RunChoices
}

/** Which runs to show. What it is sorted by stays. */
export function HistoryFilters({ base, query, choices }: HistoryFiltersProps): VNode {
  const { sort, way } = query
  const formats = exportFormats.map((format) => [format, formatWords[format]] as const)
  return (
    <form method="get" action={`${base}/backups`} class="filters" role="search">
      {sort !== 'started' && <input type="hidden" name="sort" value={sort} />}
      {way !== 'down' && <input type="hidden" name="way" value={way} />}
      <Choice name="database" label="Database" now={query.database} of={named(choices.databases)} />
      <Choice name="label" label="Label" now={query.label} of={labels(choices.labels)} />
      <Choice name="status" label="Status" now={query.status} of={Object.entries(statusWords)} />
      <Choice name="format" label="Format" now={query.format} of={formats} />
      <Choice name="store" label="Store" now={query.store} of={named(choices.stores)} />
      <Field id="from" label="From (UTC)">
        <input id="from" type="date" name="from" value={query.from ?? ''} />
      </Field>
      <Field id="to" label="To (UTC)">
        <input id="to" type="date" name="to" value={query.to ?? ''} />
      </Field>
      <Field id="text" label="Id or who">
        <input id="text" type="search" name="text" value={query.text ?? ''} maxLength={200} />
      </Field>
      <button type="submit">Show</button>
      {isFiltered(query) && <a href={historyAddress(base, { sort, way })}>Show all</a>}
    </form>
  )
}

interface ChoiceProps {
  readonly name: string
  readonly label: string
  readonly now: string | null
  readonly of: readonly (readonly [value: string, shown: string])[]
}

function Choice({ name, label, now, of }: ChoiceProps): VNode {
  // One that no run has any more is still what the page shows.
  const known = now === null || of.some(([value]) => value === now)
  return (
    <Field id={name} label={label}>
      <select id={name} name={name}>
        <option value="">Any</option>
        {[...of, ...(known ? [] : [[now, now] as const])].map(([value, shown]) => (
          <option key={value} value={value} selected={value === now}>
            {shown}
          </option>
        ))}
      </select>
    </Field>
  )
}

function named(names: readonly string[]): (readonly [string, string])[] {
  return names.map((name) => [name, name])
}

function labels(names: readonly string[]): (readonly [string, string])[] {
  return names.filter((name) => name !== '').map((name) => [name, shownLabel(name)])
}
