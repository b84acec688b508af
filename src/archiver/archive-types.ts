import type { Clock } from '../core/clock.js'
import type { GitHubPlace } from '../stores/github/github-place.js'
import type { Listeners } from './listeners.js'
import type { Manifest } from './manifest.js'
import type { PartSizes } from './parts/part-sizes.js'

/** How long the archiver waits, and for what. Every number has a default. */
export interface ArchiveLimits {
  /** For the answer to begin: the service exports and verifies before it. */
  readonly answerMs?: number
  /** Between two pieces of the answer. */
  readonly silenceMs?: number
  /** For the whole download. */
  readonly downloadMs?: number
  /** How long a service that is asleep or being deployed is waited out, in all. */
  readonly serviceWaitMs?: number
  /** The largest document taken, in bytes. */
  readonly documentBytes?: number
  /** How a document is cut into files. */
  readonly partSizes?: PartSizes
}

export interface ArchiveOptions extends Listeners {
  /** The service's origin, or the whole address of its export. */
  readonly backupUrl: string
  readonly backupKey: string
  readonly github: GitHubPlace
  /** How many backups of each database stay on the branch. */
  readonly keep: number
  /** Commit even where everybody can read the repository. */
  readonly allowPublic: boolean
  /** Must exist; what is written there is removed before the end. */
  readonly workFolder: string
  readonly limits?: ArchiveLimits
  readonly clock: Clock
}

export interface ArchiveResult {
  readonly repository: string
  readonly branch: string
  /** The commit that the branch pointed to at the end. */
  readonly commit: string
  readonly name: string
  readonly manifest: Manifest
  /** The newest backup of this database before this one. */
  readonly previous: Manifest | null
  /** The content is that of `previous`: nothing was uploaded. */
  readonly unchanged: boolean
  /** Names, newest first. */
  readonly kept: readonly string[]
  readonly pruned: readonly string[]
  readonly warnings: readonly string[]
}

export interface FetchOptions extends Listeners {
  /** `latest`, a day as `2026-11-22`, or an instant as a file name or ISO 8601 carry it. */
  readonly which: string
  /** A file that must not be there yet, or a folder to put it in. */
  readonly out: string
  /** Replace a file that is there. */
  readonly force?: boolean
  /** Only backups of the database of this name, with its label or without. */
  readonly database?: string
  readonly github: GitHubPlace
}

export interface FetchResult {
  readonly file: string
  readonly name: string
  readonly bytes: number
  readonly manifest: Manifest
  /** The commit that the backup was read from. */
  readonly commit: string
  /** The other databases that the branch holds backups of. */
  readonly others: readonly string[]
  readonly warnings: readonly string[]
}
