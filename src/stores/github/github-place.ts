import type { OnProgress } from '../../core/progress.js'

/** How octokit waits. Tests shorten it. */
export interface GitHubPace {
  /** Writes one second apart, and rate limits waited out. */
  readonly throttled?: boolean
  /** The longest wait for a rate limit; a longer one is an error that says until when. */
  readonly longestWaitMs?: number
  /** Times this base, squared by the attempt, between tries after a fault of GitHub. */
  readonly retryBaseMs?: number
  readonly retries?: number
  /** For one call. */
  readonly callMs?: number
}

export interface GitHubPlace {
  /** `owner/name`. */
  readonly repository: string
  readonly token: string
  /** `database-backups` where it is not given. */
  readonly branch?: string
  /** The API of a GitHub Enterprise server; github.com's where it is not given. */
  readonly apiUrl?: string
  readonly pace?: GitHubPace
  /** What people set the repository and the token with; ARCHIVE_REPOSITORY and GITHUB_TOKEN by default. */
  readonly called?: { readonly repository: string; readonly token: string }
}

/** Who stops calls to GitHub, and who hears of what is waited for. */
export interface GitHubListeners {
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: OnProgress | undefined
}
