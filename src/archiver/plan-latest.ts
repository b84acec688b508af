import type { BranchState } from '../stores/github/branch-state.js'
import type { TreeChange } from '../stores/github/tree-change.js'
import { latestPath } from './branch-paths.js'
import type { Manifest } from './manifest.js'
import type { StoredBackup } from './read-backups.js'

interface LatestInput {
  readonly branch: BranchState | null
  readonly stored: readonly StoredBackup[]
  /** The newest backup that will be there. */
  readonly newest: Manifest | undefined
}

/**
 * The newest document once more under a name that stays, where it is one file. Where it is in parts
 * the name goes: what stood there would be an old backup that calls itself the latest. A file of
 * somebody else in that place stays.
 */
export function planLatest({ branch, stored, newest }: LatestInput): {
  readonly changes: readonly TreeChange[]
  readonly warnings: readonly string[]
} {
  const [part, ...more] = newest?.parts ?? []
  const there = branch?.entries.get(latestPath)?.sha
  if (there !== undefined && isOnlyCopy(there, branch, stored)) {
    const warning = `${latestPath} is not of the newest backup and no other file holds the same: it was left alone. Rename it, then the next run writes it anew.`
    return { changes: [], warnings: [warning] }
  }
  if (part && more.length === 0)
    return { changes: [{ path: latestPath, sha: part.blob }], warnings: [] }
  return { changes: there === undefined ? [] : [{ path: latestPath, sha: null }], warnings: [] }
}

/** What somebody put there by hand may be all that there is of it. */
function isOnlyCopy(
  there: string,
  branch: BranchState | null,
  stored: readonly StoredBackup[],
): boolean {
  if (stored.some(({ manifest }) => manifest.parts.some(({ blob }) => blob === there))) return false
  return ![...(branch?.entries ?? [])].some(
    ([path, { sha }]) => path !== latestPath && sha === there,
  )
}
