import type { Clock } from '../../core/clock.js'

export interface S3StoreOptions {
  readonly name: string
  /** `https://HOST[:PORT]`; without one, that of AWS for the region. */
  readonly endpoint?: string
  readonly region: string
  readonly bucket: string
  /** Put before every name; a `/` is added at its end where there is none. */
  readonly prefix?: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
  /** `https://HOST/BUCKET/KEY` in place of `https://BUCKET.HOST/KEY`. By default with an endpoint. */
  readonly forcePathStyle?: boolean
  readonly clock: Clock
  readonly pace?: Partial<S3Pace>
  readonly sizes?: Partial<S3Sizes>
}

/** How long a call goes on. */
export interface S3Pace {
  /** How often something is asked in all. */
  readonly attempts: number
  /** Pauses double from here, and vary by a half of it. */
  readonly firstPauseMs: number
  readonly longestPauseMs: number
  readonly connectMs: number
  /** A connection on which nothing moves for so long has ended. */
  readonly idleMs: number
  /** What was sent when a call is aborted gets so long to come to its end, so that it can be removed. */
  readonly graceMs: number
  /** For removing what a failed call left. */
  readonly cleanUpMs: number
}

export const usualPace: S3Pace = {
  attempts: 6,
  firstPauseMs: 1_000,
  longestPauseMs: 30_000,
  connectMs: 15_000,
  idleMs: 60_000,
  graceMs: 3_000,
  cleanUpMs: 30_000,
}

export interface S3Sizes {
  /** Larger objects are sent in parts. */
  readonly largestWholeBytes: number
  /** Of each part but the last; more where there would be too many. Services want 5 MiB at least. */
  readonly partBytes: number
  /** Objects in one answer to a listing. */
  readonly pageSize: number
}

export const usualSizes: S3Sizes = {
  largestWholeBytes: 16 * 1024 * 1024,
  partBytes: 8 * 1024 * 1024,
  pageSize: 1_000,
}
