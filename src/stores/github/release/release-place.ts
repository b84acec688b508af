import type { GitHubRepository } from '../connect-github.js'
import { gitHubStorePlace, type GitHubStoreOptions, type GitHubStorePlace } from '../store-place.js'

export interface GitHubReleaseStoreOptions extends GitHubStoreOptions {
  /** Of the release that holds the objects; made with the first of them. */
  readonly tag?: string | undefined
  readonly limits?: Partial<ReleaseLimits>
}

export interface ReleaseLimits {
  /** How often an upload or a download is begun in all, where nothing comes of it. */
  readonly attempts: number
  readonly firstPauseMs: number
  /** The longest wait that GitHub may ask for. */
  readonly longestPauseMs: number
  /** An unfinished upload of somebody else that is older is one of a dead process. */
  readonly abandonedMs: number
}

const usualLimits: ReleaseLimits = {
  attempts: 4,
  firstPauseMs: 2_000,
  longestPauseMs: 15 * 60_000,
  abandonedMs: 3_600_000,
}

/** GitHub's own: assets of a release, and bytes of an asset. */
export const mostAssets = 1_000
export const largestBytes = 2 ** 31 - 1

export interface ReleasePlace extends GitHubStorePlace {
  readonly tag: string
  readonly limits: ReleaseLimits
  /**
   * For one request that moves an asset: not tried again below us, as a body can't be sent twice. undici
   * ends it when nothing moves for five minutes.
   */
  connectForAsset(signal?: AbortSignal): Promise<GitHubRepository>
}

const longestTransferMs = 12 * 3_600_000

export function releasePlace(options: GitHubReleaseStoreOptions): ReleasePlace {
  const { tag = 'octavo-backups' } = options
  const place = gitHubStorePlace(options, { within: `release ${tag}` })
  return {
    ...place,
    tag,
    limits: { ...usualLimits, ...options.limits },
    connectForAsset: (signal) => place.connect(signal, { retries: 0, callMs: longestTransferMs }),
  }
}
