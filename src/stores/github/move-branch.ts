import { OctavoError } from '../../core/errors.js'
import { readHead, type BranchState } from './branch-state.js'
import type { GitHubRepository } from './connect-github.js'
import { gitHubStatus, onGitHub } from './github-error.js'

/**
 * Points the branch to `commit` if it still is where it was read. False where someone else moved,
 * made or removed it meanwhile: then nothing was changed.
 */
export async function moveBranch(
  repository: GitHubRepository,
  from: BranchState | null,
  commit: string,
): Promise<boolean> {
  const { octokit, at, branch } = repository
  try {
    if (from === null)
      await octokit.rest.git.createRef({ ...at, ref: `refs/heads/${branch}`, sha: commit })
    else
      await octokit.rest.git.updateRef({ ...at, ref: `heads/${branch}`, sha: commit, force: false })
    return true
  } catch (error) {
    // An answer that was lost says nothing of what was done: the branch itself is asked.
    if ((await headAfter(repository, error)) === commit) return true
    if (isRace(error)) return false
    return onGitHub(repository, `move the branch ${branch}`, () => Promise.reject(error))
  }
}

/** Where the branch is after a call that failed. */
export async function headAfter(
  repository: GitHubRepository,
  error: unknown,
): Promise<string | null> {
  try {
    return await readHead(repository)
  } catch (second) {
    if (gitHubStatus(second) === null) throw second
    const { name, branch } = repository
    throw new OctavoError(
      'github-failed',
      `could not move the branch ${branch} of ${name} on GitHub, nor see where it is now`,
      {
        cause: new AggregateError([error, second]),
        hint: 'The backup may be there or not; either way the branch is whole. Run it again.',
      },
    )
  }
}

function isRace(error: unknown): boolean {
  const status = gitHubStatus(error)
  if (status === 409) return error instanceof Error && !/empty/i.test(error.message)
  if (status !== 422 || !(error instanceof Error)) return false
  return /fast.?forward|reference (already exists|does not exist)/i.test(error.message)
}
