import type { Settings } from '../config/config-schema.js'
import type { GitHubPlace } from '../stores/github/github-place.js'

export function githubPlace(
  { archiveBranch, githubApiUrl }: Settings,
  { repository, githubToken }: { readonly repository: string; readonly githubToken: string },
): GitHubPlace {
  return {
    repository,
    token: githubToken,
    branch: archiveBranch,
    ...(githubApiUrl && { apiUrl: githubApiUrl }),
  }
}
