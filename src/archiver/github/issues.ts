import type { GitHubRepository } from '../../stores/github/connect-github.js'
import { onGitHub } from '../../stores/github/github-error.js'
import { gitHubStatus } from '../../stores/github/request-error.js'

/** Marks an issue as ours: one that a person opened under the same title is left alone. */
export const issueMark =
  '<!-- Written by `octavo`; it closes this issue when the next run works. -->'
const label = 'octavo'
const perPage = 100
const mostPages = 10

export interface Issue {
  readonly number: number
  readonly url: string
}

/** Our open issues of these titles, the newest first. */
export async function findIssues(
  repository: GitHubRepository,
  titles: readonly string[],
): Promise<Issue[]> {
  const { octokit, at } = repository
  return onGitHub(repository, 'look for an issue', async () => {
    const found: Issue[] = []
    for (let page = 1; page <= mostPages; page += 1) {
      const { data } = await octokit.rest.issues.listForRepo({
        ...at,
        state: 'open',
        per_page: perPage,
        page,
      })
      for (const { number, html_url: url, title, body, pull_request: isPull } of data)
        if (!isPull && titles.includes(title) && body?.includes(issueMark))
          found.push({ number, url })
      if (data.length < perPage) break
    }
    return found
  })
}

export async function openIssue(
  repository: GitHubRepository,
  { title, text }: { readonly title: string; readonly text: string },
): Promise<Issue> {
  const { octokit, at } = repository
  const body = `${issueMark}\n${text}`
  return onGitHub(repository, 'open an issue', async () => {
    const create = async (labels: string[]): Promise<Issue> => {
      const { data } = await octokit.rest.issues.create({ ...at, title, body, labels })
      return { number: data.number, url: data.html_url }
    }
    try {
      return await create([label])
    } catch (error) {
      // Some may open issues, and make no label for them.
      if (![403, 422].includes(gitHubStatus(error) ?? 0)) throw error
      return await create([])
    }
  })
}

export async function commentOn(
  repository: GitHubRepository,
  { number }: Issue,
  body: string,
): Promise<void> {
  const { octokit, at } = repository
  await onGitHub(repository, `comment on the issue ${number}`, () =>
    octokit.rest.issues.createComment({ ...at, issue_number: number, body }),
  )
}

export async function closeIssue(repository: GitHubRepository, { number }: Issue): Promise<void> {
  const { octokit, at } = repository
  await onGitHub(repository, `close the issue ${number}`, () =>
    octokit.rest.issues.update({
      ...at,
      issue_number: number,
      state: 'closed',
      state_reason: 'completed',
    }),
  )
}
