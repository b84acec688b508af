import type { BranchState } from '../stores/github/branch-state.js'
import type { TreeChange } from '../stores/github/tree-change.js'
import { manifestPath } from './branch-paths.js'
import type { StoredBackup } from './read-backups.js'

interface PruneInput {
  readonly branch: BranchState | null
  readonly kept: readonly StoredBackup[]
  readonly pruned: readonly StoredBackup[]
}

/**
 * Removes what is past its time: the manifest first, without which the files are no backup any more.
 * A file that a kept backup needs too stays, and GitHub refuses to remove what is not there.
 */
export function planPrune({ branch, kept, pruned }: PruneInput): TreeChange[] {
  const needed = new Set(kept.flatMap(({ manifest }) => manifest.parts.map(({ path }) => path)))
  return pruned
    .flatMap(({ manifest }) => [
      manifestPath(manifest.name),
      ...manifest.parts.map(({ path }) => path),
    ])
    .filter((path) => branch?.entries.has(path) && !needed.has(path))
    .map((path) => ({ path, sha: null }))
}
