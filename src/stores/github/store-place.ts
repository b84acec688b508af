import type { Clock } from '../../core/clock.js'
import { OctavoError } from '../../core/errors.js'
import { connectGitHub, type GitHubRepository } from './connect-github.js'
import type { GitHubPace } from './github-place.js'
import { readVisibility } from './read-visibility.js'

export interface GitHubStoreOptions {
  readonly name: string
  /** `owner/name`. */
  readonly repository: string
  readonly token: string
  /** The API of a GitHub Enterprise server; github.com's where it is not given. */
  readonly apiUrl?: string | undefined
  /** Nobody but the holders of an identity or a passphrase can read what is stored. */
  readonly sealed: boolean
  /** Store what everybody can read in a repository that everybody can read. */
  readonly allowPublic: boolean
  readonly clock: Clock
  readonly pace?: GitHubStorePace
}

export interface GitHubStorePace extends GitHubPace {
  /** What was sent when a call is aborted gets so long to come to its end. */
  readonly graceMs?: number
  /** For finding out what a call that failed has done, and for removing it. */
  readonly cleanUpMs?: number
}

/** A repository, and what every call to it needs. */
export interface GitHubStorePlace {
  /** `GitHub lab/backups, branch octavo-backups`. */
  readonly shown: string
  readonly local: false
  readonly clock: Clock
  readonly graceMs: number
  readonly cleanUpMs: number
  /** Loads octokit with the first call. */
  connect(signal?: AbortSignal, pace?: GitHubPace): Promise<GitHubRepository>
  /** Throws where everybody could read what is stored. Asked at every put: that may change. */
  requireMayStore(repository: GitHubRepository): Promise<void>
}

/** `within` says where in the repository, `branch` which branch of it calls are about. */
export function gitHubStorePlace(
  options: GitHubStoreOptions,
  { within, branch }: { readonly within: string; readonly branch?: string },
): GitHubStorePlace {
  const { name, repository, token, apiUrl, sealed, allowPublic, clock } = options
  const { graceMs = 3_000, cleanUpMs = 30_000, ...usualPace } = options.pace ?? {}
  const host = apiUrl === undefined ? null : new URL(apiUrl).host
  const at = host === null || host === 'api.github.com' ? '' : ` at ${host}`
  const place = {
    repository,
    token,
    called: { repository: `that of the store ${name}`, token: `the token of the store ${name}` },
    ...(apiUrl === undefined ? {} : { apiUrl }),
    ...(branch === undefined ? {} : { branch }),
  }
  return {
    shown: `GitHub ${repository}${at}, ${within}`,
    local: false,
    clock,
    graceMs,
    cleanUpMs,
    connect: (signal, pace = {}) =>
      connectGitHub({ ...place, pace: { ...usualPace, ...pace } }, { signal }),
    requireMayStore: async (connected) => {
      if (sealed || allowPublic || (await readVisibility(connected)) !== 'public') return
      throw new OctavoError(
        'confirmation-needed',
        `${repository} is public: everybody could read the backups`,
        {
          hint: 'Encrypt them (AGE_RECIPIENTS or AGE_PASSPHRASE), or make the repository private. Where the data may be public, set ALLOW_PUBLIC_REPOSITORY=true.',
        },
      )
    },
  }
}
