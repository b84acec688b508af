import { OctavoError } from '../../core/errors.js'
import type { BranchState } from '../../stores/github/branch-state.js'
import type { GitHubRepository } from '../../stores/github/connect-github.js'
import { onGitHub } from '../../stores/github/github-error.js'
import { headAfter } from '../../stores/github/move-branch.js'

const mutation = `mutation ($repositoryId: ID!, $refUpdates: [RefUpdate!]!) {
  updateRefs(input: { repositoryId: $repositoryId, refUpdates: $refUpdates }) { clientMutationId }
}`

/**
 * Points the branch to a commit that does not follow from it, if it still is where it was read: a
 * forced update over REST would not look. False where someone else moved it meanwhile.
 */
export async function replaceBranch(
  repository: GitHubRepository,
  from: BranchState,
  commit: string,
): Promise<boolean> {
  const { octokit, at, branch } = repository
  const what = `replace the branch ${branch}`
  const { data } = await onGitHub(repository, what, () => octokit.rest.repos.get(at))
  const name = `refs/heads/${branch}`
  try {
    await octokit.graphql(mutation, {
      repositoryId: data.node_id,
      refUpdates: [{ name, beforeOid: from.commit, afterOid: commit, force: true }],
    })
    return true
  } catch (error) {
    const head = await headAfter(repository, error)
    if (head === commit) return true
    if (head !== from.commit) return false
    return onGitHub(repository, what, () => Promise.reject(refusal(repository, error)))
  }
}

/** GraphQL says with status 200 what it refuses. */
function refusal({ name, branch }: GitHubRepository, error: unknown): unknown {
  if (!(error instanceof Error) || error.name !== 'GraphqlResponseError') return error
  const said = error.message.replace(/\s+/g, ' ').slice(0, 300)
  return new OctavoError('github-failed', `could not replace ${branch} of ${name}: ${said}`, {
    cause: error,
    hint: `The branch is as it was. A rule must not forbid to replace it (Settings → Rules → Rulesets: force pushes), and the token needs "Contents: Read and write".`,
  })
}
