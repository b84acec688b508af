import type { BranchState } from '../stores/github/branch-state.js'
import { latestPath } from './branch-paths.js'
import type { StoredBackup } from './read-backups.js'

/** Files in backups/ that no backup lists. */
export function unclaimedPaths(branch: BranchState, backups: readonly StoredBackup[]): string[] {
  const claimed = new Set(backups.flatMap(({ manifest }) => manifest.parts.map(({ path }) => path)))
  return [...branch.entries.keys()].filter(
    (path) => path.startsWith('backups/') && path !== latestPath && !claimed.has(path),
  )
}
