import type { Octokit } from 'octokit'
import { OctavoError } from '../../core/errors.js'
import type { GitHubListeners, GitHubPace, GitHubPlace } from './github-place.js'

/** A repository on GitHub, and the one branch of it that is ours. */
export interface GitHubRepository {
  readonly octokit: Octokit
  /** What every call takes. */
  readonly at: { readonly owner: string; readonly repo: string }
  /** `owner/name`. */
  readonly name: string
  readonly branch: string
  /** What people set the repository and the token with, for hints. */
  readonly called: { readonly repository: string; readonly token: string }
  /** What no message may hold. */
  readonly secrets: readonly string[]
}

const usuallyCalled = { repository: 'ARCHIVE_REPOSITORY', token: 'GITHUB_TOKEN' }

const defaultPace = {
  throttled: true,
  longestWaitMs: 15 * 60_000,
  retryBaseMs: 1000,
  retries: 3,
  callMs: 5 * 60_000,
} satisfies Required<GitHubPace>

/** Nothing is asked of GitHub yet. octokit is loaded here, so that other commands start without it. */
export async function connectGitHub(
  place: GitHubPlace,
  listeners: GitHubListeners,
): Promise<GitHubRepository> {
  const [, owner, repo] = /^([\w.-]+)\/([\w.-]+)$/.exec(place.repository) ?? []
  if (owner === undefined || repo === undefined)
    throw new OctavoError('config-invalid', `"${place.repository}" does not name a repository`, {
      hint: 'Give it as owner/name: in a workflow of GitHub it is there by itself, elsewhere set ARCHIVE_REPOSITORY.',
    })
  if (place.token === '')
    throw new OctavoError('config-invalid', 'there is no token for GitHub', {
      hint: 'Set GITHUB_TOKEN: in a workflow, `GITHUB_TOKEN: ${{ github.token }}` under `env`.',
    })
  const branch = place.branch ?? 'database-backups'
  if (
    !/^[^-./\s~^:?*[\\][^\s~^:?*[\\]*[^\s~^:?*[\\./]$/.test(branch) ||
    /\.\.|\/\/|@\{/.test(branch)
  )
    throw new OctavoError('config-invalid', `"${branch}" can not be the name of a branch`)
  const octokit = await makeOctokit(place, listeners)
  const { called = usuallyCalled } = place
  const name = `${owner}/${repo}`
  return { octokit, at: { owner, repo }, name, branch, called, secrets: [place.token] }
}

async function makeOctokit(place: GitHubPlace, listeners: GitHubListeners): Promise<Octokit> {
  const { Octokit } = await import('octokit')
  const pace = { ...defaultPace, ...place.pace }
  const mayWait = (what: string) => (seconds: number, _: object, __: object, tried: number) => {
    if (seconds * 1000 > pace.longestWaitMs || tried >= pace.retries) return false
    listeners.onProgress?.({ phase: `waiting ${seconds} s for the ${what} of GitHub` })
    return true
  }
  return new Octokit({
    auth: place.token,
    userAgent: 'octavo',
    ...(place.apiUrl === undefined ? {} : { baseUrl: place.apiUrl.replace(/\/+$/, '') }),
    log: silent,
    request: { fetch: timedFetch(pace.callMs, listeners.signal) },
    throttle: {
      enabled: pace.throttled,
      retryAfterBaseValue: pace.retryBaseMs,
      onRateLimit: mayWait('rate limit'),
      onSecondaryRateLimit: mayWait('secondary limit'),
    },
    retry: {
      enabled: pace.retries > 0,
      retries: pace.retries,
      retryAfterBaseValue: pace.retryBaseMs,
      doNotRetry: [400, 401, 403, 404, 409, 410, 413, 422, 429, 451],
    },
  })
}

/**
 * A fetch that ends: after `callMs`, or with the run. The run's end is thrown as an AbortError, the
 * one kind that octokit does not try again.
 */
function timedFetch(callMs: number, signal: AbortSignal | undefined): typeof fetch {
  return async (input, init) => {
    const limit = AbortSignal.timeout(callMs)
    try {
      const ends = signal ? AbortSignal.any([signal, limit]) : limit
      return await wholeJson(await fetch(input, { ...init, ...oneBody(init), signal: ends }))
    } catch (error) {
      if (signal?.aborted) throw new DOMException('the run was stopped', 'AbortError')
      throw error
    }
  }
}

/**
 * fetch keeps a copy of a body for the case of a redirect, so all of a stream in memory. It does not where
 * no redirect is followed and there is no window, as the standard has it.
 */
function oneBody(init: RequestInit | undefined): { readonly window?: null } {
  return init?.redirect === 'error' ? { window: null } : {}
}

/**
 * octokit takes a JSON body that broke off for an empty answer that succeeded. Read here, it is a
 * fault of the connection, which is tried again.
 */
async function wholeJson(response: Response): Promise<Response> {
  if (response.body === null || !response.headers.get('content-type')?.includes('json'))
    return response
  const { status, statusText, headers } = response
  return new Response(await response.arrayBuffer(), { status, statusText, headers })
}

/** octokit's own log goes to the console; what people need to know goes through `onProgress`. */
const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore }

function ignore(): void {
  return undefined
}
