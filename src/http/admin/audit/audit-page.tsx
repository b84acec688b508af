import type { VNode } from 'preact'
import type { AuditEntry, AuditPage } from '../../../core/access.js'
import { Page, type Visit } from '../page/layout.js'
import { Dot, Empty } from '../page/parts.js'
import { When } from '../page/when.js'
import { AuditFilters, outcomeWords, type AuditFilter } from './audit-filters.js'

export interface AuditTrailPageProps {
  readonly visit: Visit
  readonly filter: AuditFilter
  readonly page: AuditPage
}

export function AuditTrailPage({ visit, filter, page }: AuditTrailPageProps): VNode {
  const path = `${visit.base}/audit`
  const { entries, next, isCut } = page
  return (
    <Page visit={visit} title="Audit">
      <h1>Audit</h1>
      <p>Who did what: on these pages, with a key, and on the machine. Newest first.</p>
      <AuditFilters path={path} filter={filter} />
      {entries.length === 0 ? <Nothing path={path} filter={filter} isCut={isCut} /> : null}
      {entries.length > 0 && <Entries entries={entries} />}
      {isCut && <p class="help">The search has gone through a large part of the trail so far.</p>}
      <nav class="pages" aria-label="Older and newer entries">
        {filter.before !== null && (
          <a href={addressOf(path, { ...filter, before: null })}>Newest</a>
        )}
        {next !== null && (
          <a href={addressOf(path, { ...filter, before: next })}>
            {isCut ? 'Search further back' : 'Older'}
          </a>
        )}
      </nav>
    </Page>
  )
}

function Nothing({
  path,
  filter,
  isCut,
}: {
  readonly path: string
  readonly filter: AuditFilter
  readonly isCut: boolean
}): VNode {
  const { who, action, outcome, before } = filter
  const isFiltered = who !== null || action !== null || outcome !== null
  if (isCut) return <Empty title="Nothing like that so far.">{null}</Empty>
  return isFiltered || before !== null ? (
    <Empty title="Nothing like that is in the trail.">
      <p>
        <a href={path}>Show everything</a>, or ask for less.
      </p>
    </Empty>
  ) : (
    <Empty title="Nothing was noted yet.">
      <p>
        The trail begins with the first backup, in the folder that keeps them: logins, exports,
        backups, restores, keys and accounts are noted from then on.
      </p>
    </Empty>
  )
}

function Entries({ entries }: { readonly entries: readonly AuditEntry[] }): VNode {
  return (
    <table class="stacked">
      <thead>
        <tr>
          {['When', 'Who', 'Action', 'Subject', 'Outcome', 'Detail'].map((name) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {entries.map(({ at, who, from, action, subject, outcome, detail }, index) => (
          <tr key={index}>
            <td data-name="When">
              <When at={at.toISOString()} />
            </td>
            <td data-name="Who">
              <div>
                {who}
                <div class="help">{from === null ? 'on the machine' : `from ${from}`}</div>
              </div>
            </td>
            <td data-name="Action">{action}</td>
            <td data-name="Subject">{subject}</td>
            <td data-name="Outcome">
              <Dot tone={outcomeWords[outcome][0]}>{outcomeWords[outcome][1]}</Dot>
            </td>
            <td data-name="Detail">{detail}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function addressOf(path: string, filter: AuditFilter): string {
  const given = Object.entries(filter).flatMap(([name, value]) =>
    value === null ? [] : [[name, String(value)]],
  )
  const query = new URLSearchParams(given).toString()
  return query === '' ? path : `${path}?${query}`
}
