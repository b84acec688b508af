import type { VNode } from 'preact'
import type { BackupRecord } from '../../../core/backups/catalog.js'
import { mayDo, roleFor, type Role } from '../../../core/people.js'
import type { Visit } from '../page/layout.js'
import { PostForm } from '../page/parts.js'
import { possibleActions, type BackupAction } from './backup-actions.js'

export interface BackupButtonsProps {
  readonly visit: Visit
  readonly role: Role
  readonly record: BackupRecord
}

/** What can be done to a backup, and whom to be for the rest. */
export function BackupButtons({ visit, role, record }: BackupButtonsProps): VNode | null {
  const { base, csrf } = visit
  const here = `${base}/backups/${record.id}`
  const possible = possibleActions(record)
  const others = possible.filter(({ right }) => !mayDo(role, right))
  const mayRestore = mayDo(role, 'restore')
  if (possible.length === 0) return null
  return (
    <>
      <div class="buttons">
        {possible
          .filter(({ right }) => mayDo(role, right))
          .map((action) => (
            <ActionButton key={action.name} here={here} csrf={csrf} action={action} />
          ))}
        {mayRestore && record.copies.length > 0 && (
          <a class="button second" href={`${base}/restore/plan?backup=${record.id}`}>
            Restore
          </a>
        )}
      </div>
      {others.length > 0 && (
        <p class="help">
          {others
            .map(({ name, right }) => `${name}: ask for the role ${roleFor[right]}`)
            .join('. ')}
          .
        </p>
      )}
    </>
  )
}

function ActionButton({
  here,
  csrf,
  action: { name, path, kind },
}: {
  readonly here: string
  readonly csrf: string
  readonly action: BackupAction
}): VNode {
  const style = kind === 'fetch' ? 'button' : 'button second'
  if (kind !== 'send')
    return (
      <a class={style} href={`${here}/${path}`} download={kind === 'fetch'}>
        {name}
      </a>
    )
  return (
    <PostForm action={`${here}/${path}`} csrf={csrf}>
      <button type="submit" class="second">
        {name}
      </button>
    </PostForm>
  )
}
