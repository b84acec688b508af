import { maskSaid } from '../../core/mask-said.js'
import type { GitHubRepository } from './connect-github.js'
import type { RequestError } from './request-error.js'

export interface Explanation {
  readonly why: string
  readonly hint?: string
}

/** Why GitHub refuses, and the setting that it comes from. */
export function explain(error: RequestError, repository: GitHubRepository): Explanation {
  const { name, branch, called } = repository
  const said = maskSaid(error.message.replace(/ - https?:\S+/g, ''), repository.secrets)
  if (error.response === undefined)
    return { why: `no answer (${said})`, hint: 'See githubstatus.com, then run it again.' }
  const limit = limitReached(error, called.token)
  if (limit) return limit
  switch (error.status) {
    case 401:
      return {
        why: `the token was refused (${said})`,
        hint: `${called.token} is wrong or has expired: in a workflow use \`\${{ github.token }}\`, elsewhere make a new one under Settings → Developer settings.`,
      }
    case 403:
      return forbidden(said, repository)
    case 404:
      return {
        why: 'not found, or the token may not see it',
        hint: `Check the name ${name} (${called.repository}), and that ${called.token} was made for this repository: a workflow's own token reaches only the repository that it runs in.`,
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
      return refusedAsInvalid(said, repository)
    case 451:
      return { why: `the repository is blocked (${said})` }
    default:
      return {
        why: `status ${error.status} (${said})`,
        ...(error.status >= 500 ? { hint: 'See githubstatus.com, then run it again.' } : {}),
      }
  }
}

/** Whether GitHub does not want to, and will not a moment later either. */
export function isRefusal(error: RequestError): boolean {
  const { status, message, response } = error
  if (response === undefined || status < 400 || status >= 500 || status === 408) return false
  if (limitReached(error, '') !== null) return false
  return status !== 409 || isRule(message) || /empty/i.test(message)
}

function limitReached(
  { status, message, response }: RequestError,
  token: string,
): Explanation | null {
  if (status !== 403 && status !== 429) return null
  const headers = response?.headers ?? {}
  if (/secondary rate/i.test(message))
    return {
      why: 'its secondary limit for fast writes is reached',
      hint: 'Wait an hour, and keep other jobs of the same account apart from this one.',
    }
  if (headers['x-ratelimit-remaining'] !== '0' && status !== 429) return null
  const reset = Number(headers['x-ratelimit-reset'])
  const until = Number.isFinite(reset) ? ` until ${new Date(reset * 1000).toISOString()}` : ''
  return {
    why: `the rate limit of the token is used up${until}`,
    hint: `Run it again after that, or use a token of its own here (${token}).`,
  }
}

/** What GitHub says in a 403, and the setting that it comes from. The first match counts. */
function forbidden(said: string, { name, branch, called }: GitHubRepository): Explanation {
  if (/archived/i.test(said))
    return {
      why: `the repository is archived (${said})`,
      hint: `Unarchive it: Settings → General → Danger zone, or choose another one with ${called.repository}.`,
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
      hint: 'Add the address of this machine to the IP allow list of the organization, or run Octavo on a runner of its own.',
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
    hint: `Let Octavo write to ${branch}: Settings → Rules → Rulesets, or Settings → Branches.`,
  }
}

function emptyRepository(name: string): Explanation {
  return {
    why: 'the repository has no commit yet',
    hint: `GitHub takes no branch there before the first commit: add a README on the page of ${name}, then run it again.`,
  }
}

const tooLargeHint = 'Leave out rows that can be made again (EXCLUDE_ROWS), or keep it elsewhere.'

function refusedAsInvalid(said: string, { name, branch }: GitHubRepository): Explanation {
  if (/too large|exceeds/i.test(said)) return { why: said, hint: tooLargeHint }
  if (isRule(said)) return protectedBranch(said, branch)
  if (/repository is empty/i.test(said)) return emptyRepository(name)
  return { why: `refused as invalid (${said})` }
}
