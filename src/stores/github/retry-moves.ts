import type { Clock } from '../../core/clock.js'
import { OctavoError } from '../../core/errors.js'
import { readBranch, type BranchState } from './branch-state.js'
import type { GitHubRepository } from './connect-github.js'

const attempts = 6
const firstPauseMs = 1000

export interface MovingOptions {
  readonly clock: Clock
  readonly signal?: AbortSignal
}

/**
 * Reads the branch and lets `change` move it: again, from what is there by then, where `change`
 * returns null since someone else was first. The branch is never moved from where it was not read.
 */
export async function retryMoves<T>(
  repository: GitHubRepository,
  { clock, signal }: MovingOptions,
  change: (branch: BranchState | null) => Promise<T | null>,
): Promise<T> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    if (attempt > 0) await clock.sleep(firstPauseMs * 2 ** (attempt - 1), signal)
    const changed = await change(await readBranch(repository))
    if (changed !== null) return changed
  }
  throw new OctavoError(
    'github-failed',
    `the branch ${repository.branch} of ${repository.name} was moved by someone else ${attempts} times`,
    { hint: 'Nothing was committed. See what writes to the branch, then run it again.' },
  )
}
