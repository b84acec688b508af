import type { GitHubRepository } from './connect-github.js'
import { onGitHub } from './github-error.js'

export type Visibility = 'public' | 'internal' | 'private'

/** Who can read the repository. What GitHub does not call private or internal counts as public. */
export async function readVisibility(repository: GitHubRepository): Promise<Visibility> {
  const { octokit, at } = repository
  return onGitHub(repository, 'read the settings', async () => {
    const { data } = await octokit.rest.repos.get(at)
    if (data.visibility === 'internal') return 'internal'
    return data.private === true && data.visibility !== 'public' ? 'private' : 'public'
  })
}
