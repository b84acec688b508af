import type { VNode } from 'preact'
import type { BackupRecord } from '../../../core/backups/catalog.js'
import { provedAt } from '../../../core/backups/good-backups.js'
import { shownLabel } from '../../../core/labels.js'
import type { ErrorBody } from '../../error-answer.js'
import { Status } from '../page/parts.js'
import { When } from '../page/when.js'
import { capitalised, showCount, showDuration, showSize } from '../page/words.js'
import { actionsOf } from '../backups/backup-actions.js'
import { RowActions } from './row-actions.js'
import type { Role } from '../../../core/people.js'

export interface RowProps {
  readonly base: string
  readonly role: Role
  readonly record: BackupRecord
  readonly errorOf: (record: BackupRecord) => ErrorBody | null
  /** How many the table has. */
  readonly columns: number
}

/** One run; of one that failed a second row says why. */
export function HistoryRow({ base, role, record, errorOf, columns }: RowProps): VNode {
  const { id, database, label, status, startedAt, endedAt, startedBy, manifest, pinned } = record
  const error = errorOf(record)
  const took = endedAt === null ? null : Date.parse(endedAt) - Date.parse(startedAt)
  return (
    <>
      <tr class={error ? 'explained' : undefined}>
        <td data-name="Status">
          <Status status={status} />
          {pinned && <span class="label">pinned</span>}
        </td>
        <th scope="row" data-name="Started">
          <a href={`${base}/backups/${id}`}>
            <When at={startedAt} />
          </a>
        </th>
        <td data-name="Database">
          <span class="name">{database}</span> <span class="label">{shownLabel(label)}</span>
        </td>
        <td data-name="Size" class="number">
          <OrNone>{manifest && showSize(manifest.archive.size)}</OrNone>
        </td>
        <td data-name="Records" class="number">
          <OrNone>{manifest && showCount(manifest.records)}</OrNone>
        </td>
        <td data-name="Duration" class="number">
          <OrNone>{took !== null && took >= 0 ? showDuration(took) : null}</OrNone>
        </td>
        <td data-name="Verified">
          <Verified record={record} />
        </td>
        <td data-name="Stores">
          <StoreNames base={base} record={record} />
        </td>
        <td data-name="By">{startedBy}</td>
        <td data-name="Actions">
          <RowActions base={base} record={record} actions={actionsOf(record, role)} />
        </td>
      </tr>
      {error && (
        <tr class="why">
          <td colSpan={columns}>
            <details>
              <summary>{capitalised(error.message)}.</summary>
              <p>{error.hint}</p>
            </details>
          </td>
        </tr>
      )}
    </>
  )
}

function OrNone({ children }: { readonly children: string | null }): VNode {
  if (children !== null) return <>{children}</>
  return (
    <span class="none">
      <span aria-hidden="true">–</span>
      <span class="said">none</span>
    </span>
  )
}

function Verified({ record }: { readonly record: BackupRecord }): VNode {
  const at = provedAt(record)
  if (at !== null) return <When at={at} />
  if (record.copies.length === 0) return <OrNone>{null}</OrNone>
  const isStored = record.copies.some(({ verification }) => verification !== null)
  return <span class="none">{isStored ? 'bytes only' : 'not verified'}</span>
}

/** Where it is; of a run that stored nothing, why. */
function StoreNames({
  base,
  record,
}: {
  readonly base: string
  readonly record: BackupRecord
}): VNode {
  const { copies, manifest, unchangedFrom } = record
  if (copies.length > 0) return <>{copies.map(({ store }) => store).join(', ')}</>
  if (unchangedFrom !== null) return <a href={`${base}/backups/${unchangedFrom}`}>as before</a>
  return manifest && record.status === 'success' ? (
    <span class="none">removed</span>
  ) : (
    <OrNone>{null}</OrNone>
  )
}
