import type { GitHubPlace } from '../archiver/archive-types.js'
import type { Settings } from '../config/config-schema.js'

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
