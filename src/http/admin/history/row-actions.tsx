import type { VNode } from 'preact'
import type { BackupRecord } from '../../../core/backups/catalog.js'
import type { BackupAction } from '../backups/backup-actions.js'

/** The form of the page that the buttons of all rows send: it holds nothing but what every form needs. */
export const rowForm = 'row-actions'

export interface RowActionsProps {
  readonly base: string
  readonly record: BackupRecord
  readonly actions: readonly BackupAction[]
}

/** Behind one word, so that a row is a row. */
export function RowActions({ base, record, actions }: RowActionsProps): VNode {
  const { id, database, startedAt } = record
  const shown = actions.filter(({ inList }) => inList)
  if (shown.length === 0) return <a href={`${base}/backups/${id}`}>Look</a>
  return (
    <details class="actions">
      <summary>
        Actions
        <span class="said">
          {' '}
          for {database} of {startedAt.slice(0, 16).replace('T', ' ')} UTC
        </span>
      </summary>
      <ul>
        {shown.map(({ name, path, kind }) => (
          <li key={name}>
            {kind === 'send' ? (
              <button
                type="submit"
                class="plain"
                form={rowForm}
                formAction={`${base}/backups/${id}/${path}`}
              >
                {name}
              </button>
            ) : (
              <a href={`${base}/backups/${id}/${path}`} download={kind === 'fetch'}>
                {name}
              </a>
            )}
          </li>
        ))}
      </ul>
    </details>
  )
}
