import { OctavoError } from '../../core/errors.js'
import { readHead, type BranchState } from './branch-state.js'
import type { GitHubRepository } from './connect-github.js'
import { onGitHub } from './github-error.js'
import { gitHubStatus } from './request-error.js'

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
    const head = await headAfter(repository, error)
    if (head === commit) return true
    // Ours may be there, and another's on top of it.
    if (head !== null && head !== from?.commit && (await holdsCommit(repository, head, commit)))
      return true
    if (isRace(error)) return false
    return onGitHub(repository, `move the branch ${branch}`, () => Promise.reject(error))
  }
}

/** Whether `commit` is in the history of `head`. */
export async function holdsCommit(
  repository: GitHubRepository,
  head: string,
  commit: string,
): Promise<boolean> {
  const { octokit, at } = repository
  return onGitHub(repository, `compare ${commit} and ${head}`, async () => {
    const basehead = `${commit}...${head}`
    try {
      const asked = { ...at, basehead, per_page: 1 }
      const { data } = await octokit.rest.repos.compareCommitsWithBasehead(asked)
      return data.status === 'ahead' || data.status === 'identical'
    } catch (error) {
      // They have no history in common.
      if (gitHubStatus(error) === 404) return false
      throw error
    }
  })
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
