import type { ComponentChildren, VNode } from 'preact'
import type { BackupRecord } from '../../../core/backups/catalog.js'
import type { RunOrder } from '../../../core/backups/run-page.js'
import { Scrolling } from '../page/parts.js'
import { historyAddress, sortedBy, type HistoryQuery } from './history-query.js'
import { HistoryRow, type RowProps } from './history-row.js'

const columns: readonly (readonly [name: string, order: RunOrder | null, isNumber?: true])[] = [
  ['Status', 'status'],
  ['Started', 'started'],
  ['Database', 'database'],
  ['Size', 'size', true],
  ['Records', 'records', true],
  ['Duration', 'duration', true],
  ['Verified', 'verified'],
  ['Stores', null],
  ['By', null],
  ['Actions', null],
]

export interface HistoryTableProps extends Omit<RowProps, 'record' | 'columns'> {
  readonly records: readonly BackupRecord[]
  readonly query: HistoryQuery
}

export function HistoryTable({ records, query, ...row }: HistoryTableProps): VNode {
  return (
    <Scrolling label="Backup history">
      <table class="stacked history">
        <thead>
          <tr>
            {columns.map(([name, order, isNumber]) =>
              order === null ? (
                <th key={name} scope="col">
                  {name}
                </th>
              ) : (
                <SortHeader key={name} base={row.base} query={query} order={order} right={isNumber}>
                  {name}
                </SortHeader>
              ),
            )}
          </tr>
        </thead>
        <tbody>
          {records.map((record) => (
            <HistoryRow key={record.id} record={record} columns={columns.length} {...row} />
          ))}
        </tbody>
      </table>
    </Scrolling>
  )
}

interface SortHeaderProps {
  readonly base: string
  readonly query: HistoryQuery
  readonly order: RunOrder
  readonly right: true | undefined
  readonly children: ComponentChildren
}

function SortHeader({ base, query, order, right, children }: SortHeaderProps): VNode {
  const isNow = query.sort === order
  const isDown = query.way === 'down'
  return (
    <th
      scope="col"
      class={right && 'number'}
      aria-sort={isNow ? (isDown ? 'descending' : 'ascending') : undefined}
    >
      <a class="sort" href={historyAddress(base, sortedBy(query, order))}>
        {children}
        <span aria-hidden="true">{isNow ? (isDown ? ' ▼' : ' ▲') : ''}</span>
      </a>
    </th>
  )
}
