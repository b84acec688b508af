import type { VNode } from 'preact'
import type { BackupRecord } from '../../../core/backups/catalog.js'
import type { RunChoices, RunPage } from '../../../core/backups/run-page.js'
import { mayDo, type Role } from '../../../core/people.js'
import type { ErrorBody } from '../../error-answer.js'
import { Page, type Visit } from '../page/layout.js'
import { Empty, Notice, PostForm } from '../page/parts.js'
import { counted, showCount } from '../page/words.js'
import { HistoryFilters } from './history-filters.js'
import { historyAddress, isFiltered, pageRuns, type HistoryQuery } from './history-query.js'
import { HistoryTable } from './history-table.js'
import { rowForm } from './row-actions.js'

export interface HistoryPageProps {
  readonly visit: Visit
  readonly role: Role
  readonly query: HistoryQuery
  readonly page: RunPage
  readonly choices: RunChoices
  readonly errorOf: (record: BackupRecord) => ErrorBody | null
}

export function HistoryPage(props: HistoryPageProps): VNode {
  const { visit, role, query, page, choices, errorOf } = props
  const { base, csrf } = visit
  const isEmpty = page.total === 0 && !isFiltered(query)
  return (
    <Page visit={visit} title="Backup history">
      <h1>Backup history</h1>
      {isEmpty ? (
        <NothingYet base={base} role={role} />
      ) : (
        <>
          <HistoryFilters base={base} query={query} choices={choices} />
          <Unreadable ids={page.unreadable} />
          <PostForm action={`${base}/backups`} csrf={csrf} id={rowForm}>
            <input type="hidden" name="back" value={historyAddress(base, query)} />
          </PostForm>
          {page.records.length + page.unreadable.length === 0 ? (
            <NothingHere base={base} query={query} total={page.total} />
          ) : (
            <>
              <p>{shownOf(query, page)}</p>
              <HistoryTable
                base={base}
                role={role}
                query={query}
                records={page.records}
                errorOf={errorOf}
              />
            </>
          )}
          <Pages base={base} query={query} total={page.total} />
        </>
      )}
    </Page>
  )
}

function shownOf({ page }: HistoryQuery, { records, total }: RunPage): string {
  const first = (page - 1) * pageRuns
  if (total <= pageRuns) return counted(total, 'run')
  const last = first + Math.max(records.length, Math.min(pageRuns, total - first))
  return `${showCount(first + 1)} to ${showCount(last)} of ${counted(total, 'run')}`
}

function NothingYet({ base, role }: { readonly base: string; readonly role: Role }): VNode {
  return (
    <Empty title="There is no backup yet.">
      {mayDo(role, 'backUp') ? (
        <p>
          <a href={`${base}/`}>Press “Back up now” on the overview</a>, or see{' '}
          <a href={`${base}/schedules`}>when the next one is made by itself</a>.
        </p>
      ) : (
        <p>
          <a href={`${base}/schedules`}>See when the next one is made by itself</a>, or ask somebody
          with the role operator to make one now.
        </p>
      )}
    </Empty>
  )
}

function NothingHere({
  base,
  query,
  total,
}: {
  readonly base: string
  readonly query: HistoryQuery
  readonly total: number
}): VNode {
  if (total > 0)
    return (
      <Empty title={`There is nothing on page ${query.page}.`}>
        <p>
          <a href={historyAddress(base, { ...query, page: 1 })}>Go to the first page</a>
        </p>
      </Empty>
    )
  return (
    <Empty title="No run is like that.">
      <p>
        Choose less above, or <a href={historyAddress(base, {})}>show all runs</a>.
      </p>
    </Empty>
  )
}

function Unreadable({ ids }: { readonly ids: readonly string[] }): VNode | null {
  if (ids.length === 0) return null
  return (
    <Notice tone="warn" title={`${counted(ids.length, 'entry', 'entries')} can not be read.`}>
      <p>
        {ids.join(', ')}: where a newer Octavo wrote it, update this one. The backup is in its
        stores all the same.
      </p>
    </Notice>
  )
}

function Pages({
  base,
  query,
  total,
}: {
  readonly base: string
  readonly query: HistoryQuery
  readonly total: number
}): VNode | null {
  const last = Math.max(1, Math.ceil(total / pageRuns))
  if (last === 1) return null
  const { page } = query
  const links: (readonly [string, number, boolean])[] = [
    ['First', 1, page > 1],
    ['Previous', Math.min(page - 1, last), page > 1],
    ['Next', page + 1, page < last],
    ['Last', last, page < last],
  ]
  return (
    <nav aria-label="Pages of the history" class="pages">
      {links.map(([name, to, isThere]) =>
        isThere ? (
          <a key={name} href={historyAddress(base, { ...query, page: to })}>
            {name}
          </a>
        ) : (
          <span key={name} class="none">
            {name}
          </span>
        ),
      )}
      <span>
        Page {showCount(page)} of {showCount(last)}
      </span>
    </nav>
  )
}
