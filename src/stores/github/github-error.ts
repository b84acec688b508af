import { OctavoError, type ErrorOptions } from '../../core/errors.js'
import { maskSaid } from '../../core/mask-said.js'
import type { GitHubRepository } from './connect-github.js'
import { explain, isRefusal } from './explain-refusal.js'
import { isRequestError } from './request-error.js'

/** Runs calls to GitHub; `what` (`read the branch`) says in the error what could not be done. */
export async function onGitHub<T>(
  repository: GitHubRepository,
  what: string,
  call: () => Promise<T>,
): Promise<T> {
  try {
    return await call()
  } catch (error) {
    throw gitHubError(repository, what, error)
  }
}

function gitHubError(repository: GitHubRepository, what: string, thrown: unknown): Error {
  const { name, secrets } = repository
  if (thrown instanceof OctavoError) return thrown
  if (thrown instanceof Error && thrown.name === 'AbortError')
    return new OctavoError('aborted', `GitHub: could not ${what}: the run was stopped`, {
      cause: thrown,
    })
  // Not the error itself: it carries the request, with the token and the document as base64.
  const said = maskSaid(String(thrown), secrets)
  const cause = new Error(said)
  if (!isRequestError(thrown))
    return new OctavoError('github-failed', `could not ${what} of ${name}: ${said}`, { cause })
  const { why, hint } = explain(thrown, repository)
  const options: ErrorOptions = {
    cause,
    details: { status: thrown.status, refused: isRefusal(thrown) },
  }
  return new OctavoError(
    'github-failed',
    `could not ${what} of ${name} on GitHub: ${why}`,
    hint === undefined ? options : { ...options, hint },
  )
}
