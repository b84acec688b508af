import { OctavoError, type ErrorOptions } from '../../core/errors.js'
import type { GitHubRepository } from './connect-github.js'

/** The part of octokit's RequestError that is used: told by its shape, since octokit loads late. */
interface RequestError extends Error {
  readonly status: number
  request: object
  readonly response?: {
    readonly headers: Readonly<Record<string, string | number | undefined>>
  }
}

export function isRequestError(thrown: unknown): thrown is RequestError {
  return thrown instanceof Error && 'status' in thrown && typeof thrown.status === 'number'
}

/** The HTTP status of GitHub's answer; 500 also where there was no answer; null for other errors. */
export function gitHubStatus(thrown: unknown): number | null {
  return isRequestError(thrown) ? thrown.status : null
}

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

function gitHubError({ name, branch }: GitHubRepository, what: string, thrown: unknown): Error {
  if (thrown instanceof OctavoError) return thrown
  if (thrown instanceof Error && thrown.name === 'AbortError')
    return new OctavoError('aborted', `GitHub: could not ${what}: the run was stopped`, {
      cause: thrown,
    })
  if (!isRequestError(thrown))
    return new OctavoError('github-failed', `could not ${what} of ${name}: ${String(thrown)}`, {
      cause: thrown,
    })
  // The request holds the document as base64: it would be printed with the cause.
  thrown.request = {}
  const { why, hint } = explain(thrown, name, branch)
  const options: ErrorOptions = { cause: thrown, details: { status: thrown.status } }
  return new OctavoError(
    'github-failed',
    `could not ${what} of ${name} on GitHub: ${why}`,
    hint === undefined ? options : { ...options, hint },
  )
}

interface Explanation {
  readonly why: string
  readonly hint?: string
}

function explain(error: RequestError, name: string, branch: string): Explanation {
  const said = error.message.replace(/ - https?:\S+/g, '').slice(0, 300)
  if (error.response === undefined)
    return { why: `no answer (${said})`, hint: 'See githubstatus.com, then run it again.' }
  const limit = limitReached(error, said)
  if (limit) return limit
  switch (error.status) {
    case 401:
      return {
        why: `the token was refused (${said})`,
        hint: 'GITHUB_TOKEN is wrong or has expired: in a workflow use `${{ github.token }}`, elsewhere make a new one under Settings → Developer settings.',
      }
    case 403:
      return forbidden(said, name, branch)
    case 404:
      return {
        why: 'not found, or the token may not see it',
        hint: `Check the name ${name} (ARCHIVE_REPOSITORY), and that GITHUB_TOKEN was made for this repository: a workflow's own token reaches only the repository that it runs in.`,
      }
    case 409:
      if (isRule(said)) return protectedBranch(said, branch)
      return /empty/i.test(said) ? emptyRepository(name) : { why: `conflict (${said})` }
    case 410:
      return {
        why: `this is switched off there (${said})`,
        hint: `See ${name} → Settings → General → Features.`,
      }
    case 413:
      return { why: 'the file is too large for GitHub', hint: tooLargeHint }
    case 422:
      return refusedAsInvalid(said, branch)
    case 451:
      return { why: `the repository is blocked (${said})` }
    default:
      return {
        why: `status ${error.status} (${said})`,
        ...(error.status >= 500 ? { hint: 'See githubstatus.com, then run it again.' } : {}),
      }
  }
}

function limitReached({ status, response }: RequestError, said: string): Explanation | null {
  if (status !== 403 && status !== 429) return null
  const headers = response?.headers ?? {}
  if (/secondary rate/i.test(said))
    return {
      why: 'its secondary limit for fast writes is reached',
      hint: 'Wait an hour, and keep other jobs of the same account apart from this one.',
    }
  if (headers['x-ratelimit-remaining'] !== '0' && status !== 429) return null
  const reset = Number(headers['x-ratelimit-reset'])
  const until = Number.isFinite(reset) ? ` until ${new Date(reset * 1000).toISOString()}` : ''
  return {
    why: `the rate limit of the token is used up${until}`,
    hint: 'Run it again after that, or give the archive a token of its own (GITHUB_TOKEN).',
  }
}

/** What GitHub says in a 403, and the setting that it comes from. The first match counts. */
function forbidden(said: string, name: string, branch: string): Explanation {
  if (/archived/i.test(said))
    return {
      why: `the repository is archived (${said})`,
      hint: 'Unarchive it: Settings → General → Danger zone, or choose another one with ARCHIVE_REPOSITORY.',
    }
  if (/saml|\bsso\b|single sign/i.test(said))
    return {
      why: `the organization asks for single sign-on (${said})`,
      hint: 'Authorize the token for the organization: Settings → Developer settings → the token → Configure SSO.',
    }
  if (isRule(said)) return protectedBranch(said, branch)
  if (/not accessible by integration/i.test(said))
    return {
      why: `the workflow's token may not do this (${said})`,
      hint: `Give the workflow \`permissions: contents: write\`, and set ${name} → Settings → Actions → General → Workflow permissions to "Read and write" if it is still refused.`,
    }
  if (/forbids access via|personal access token.*(forbid|lifetime|greater than)/i.test(said))
    return {
      why: `the organization does not take this kind of token (${said})`,
      hint: 'Make a fine-grained token for this repository, or have the organization allow the token: Organization settings → Personal access tokens.',
    }
  if (/not accessible by personal access token|must have (admin|push|write)/i.test(said))
    return {
      why: `the token lacks a permission (${said})`,
      hint: `The token needs ${name} among its repositories and "Contents: Read and write": Settings → Developer settings → Fine-grained tokens → Permissions.`,
    }
  if (/ip allow list/i.test(said))
    return {
      why: `the organization lets in only some addresses (${said})`,
      hint: 'Add the address of this machine to the IP allow list of the organization, or run the archive on a runner of its own.',
    }
  return {
    why: `the token may not do this (${said})`,
    hint: 'Give the workflow `permissions: contents: write`, and see Settings → Actions → General → Workflow permissions. A token of your own needs "Contents: Read and write".',
  }
}

function isRule(said: string): boolean {
  return /protected|rule violation|repository rule|required status|cannot be updated|not authorized|signed commits|verified signature/i.test(
    said,
  )
}

function protectedBranch(said: string, branch: string): Explanation {
  return {
    why: `a rule protects the branch (${said})`,
    hint: `Let the archive write to ${branch}: Settings → Rules → Rulesets, or Settings → Branches.`,
  }
}

function emptyRepository(name: string): Explanation {
  return {
    why: 'the repository has no commit yet',
    hint: `GitHub takes no branch there before the first commit: add a README on the page of ${name}, then run it again.`,
  }
}

const tooLargeHint = 'Leave out rows that can be made again (EXCLUDE_ROWS), or keep it elsewhere.'

function refusedAsInvalid(said: string, branch: string): Explanation {
  if (/too large|exceeds/i.test(said)) return { why: said, hint: tooLargeHint }
  if (isRule(said)) return protectedBranch(said, branch)
  return { why: `refused as invalid (${said})` }
}
