import type { BranchState } from './github/branch-state.js'
import type { TreeChange } from './github/tree-change.js'
import type { Manifest } from './manifest.js'
import type { StoredBackup } from './read-backups.js'

export const latestPath = 'backups/database_backup_latest.json'

interface LatestInput {
  readonly branch: BranchState | null
  readonly stored: readonly StoredBackup[]
  /** The newest backup that will be there. */
  readonly newest: Manifest | undefined
}

/**
 * The newest document once more under a name that stays, where it is one file. Where it is in parts
 * the name goes: what stood there would be an old backup that calls itself the latest.
 */
export function planLatest({ branch, stored, newest }: LatestInput): {
  readonly changes: readonly TreeChange[]
  readonly warnings: readonly string[]
} {
  const [part, ...more] = newest?.parts ?? []
  if (part && more.length === 0)
    return { changes: [{ path: latestPath, sha: part.blob }], warnings: [] }
  const there = branch?.entries.get(latestPath)?.sha
  if (there === undefined) return { changes: [], warnings: [] }
  if (stored.some(({ manifest }) => manifest.parts.some(({ blob }) => blob === there)))
    return { changes: [{ path: latestPath, sha: null }], warnings: [] }
  const warning = `${latestPath} is not of the newest backup and no backup of ours: it was left alone`
  return { changes: [], warnings: [warning] }
}
