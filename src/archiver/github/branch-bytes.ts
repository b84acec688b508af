import type { GitHubRepository } from '../../stores/github/connect-github.js'
import { onGitHub } from '../../stores/github/github-error.js'

/** The size of all files at a commit, each of equal bytes once; null where GitHub lists not all. */
export async function branchBytes(
  repository: GitHubRepository,
  commit: string,
): Promise<number | null> {
  const { octokit, at, branch } = repository
  return onGitHub(repository, `read the size of the branch ${branch}`, async () => {
    const { data } = await octokit.rest.git.getTree({ ...at, tree_sha: commit, recursive: '1' })
    if (data.truncated) return null
    const sizes = new Map(data.tree.map(({ sha, size = 0 }) => [sha, size]))
    return [...sizes.values()].reduce((sum, size) => sum + size, 0)
  })
}
