import type { BackupRecord } from '../../../core/backups/catalog.js'
import { mayDo, type Right, type Role } from '../../../core/people.js'

/** Something that can be done to a backup. */
export interface BackupAction {
  readonly name: string
  /** Behind the address of the backup. */
  readonly path: string
  /** `send`: a form is sent; `fetch`: a file is downloaded; `go`: another page asks further. */
  readonly kind: 'send' | 'fetch' | 'go'
  readonly right: Right
  /** Also where all backups are listed. */
  readonly inList: boolean
}

const download = action('Download', 'archive', 'fetch', 'download')
const verify = action('Verify', 'verify', 'send', 'verify')
const pin = action('Pin', 'pin', 'send', 'pin')
const unpin = action('Unpin', 'unpin', 'send', 'pin')
const compare = { ...action('Compare', 'compare', 'go', 'compare'), inList: false }
const remove = action('Remove', 'remove', 'go', 'remove')

/** What can be done to a backup as it is now, whoever asks. */
export function possibleActions({
  status,
  manifest,
  copies,
  pinned,
}: BackupRecord): readonly BackupAction[] {
  if (status === 'in-progress') return []
  if (manifest === null || copies.length === 0) return [remove]
  return [download, verify, compare, pinned ? unpin : pin, remove]
}

/** What somebody may do to it. */
export function actionsOf(record: BackupRecord, role: Role): readonly BackupAction[] {
  return possibleActions(record).filter(({ right }) => mayDo(role, right))
}

function action(
  name: string,
  path: string,
  kind: BackupAction['kind'],
  right: Right,
): BackupAction {
  return { name, path, kind, right, inList: true }
}
