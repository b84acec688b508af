import { connectGitHub } from '../stores/github/connect-github.js'
import { onGitHub } from '../stores/github/github-error.js'
import type { GitHubListeners, GitHubPlace } from '../stores/github/github-place.js'

export interface DisabledWorkflow {
  readonly name: string
  /** Its page, where it is enabled again. */
  readonly url: string
}

/** The workflows of a repository that GitHub has disabled because nothing happened there for 60 days. */
export async function disabledWorkflows(
  place: GitHubPlace,
  listeners: GitHubListeners,
): Promise<DisabledWorkflow[]> {
  const repository = await connectGitHub(place, listeners)
  const { octokit, at } = repository
  const { data } = await onGitHub(repository, 'look at the workflows', () =>
    octokit.rest.actions.listRepoWorkflows({ ...at, per_page: 100 }),
  )
  return data.workflows
    .filter(({ state }) => state === 'disabled_inactivity')
    .map(({ name, html_url: url }) => ({ name, url }))
}
