import type { Clock } from '../../core/clock.js'
import type { Pace } from '../remote/pace.js'

export interface S3StoreOptions {
  readonly name: string
  /** `https://HOST[:PORT]`; without one, that of AWS for the region. */
  readonly endpoint?: string | undefined
  readonly region: string
  readonly bucket: string
  /** Put before every name; a `/` is added at its end where there is none. */
  readonly prefix?: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string | undefined
  /** `https://HOST/BUCKET/KEY` in place of `https://BUCKET.HOST/KEY`. By default with an endpoint. */
  readonly forcePathStyle?: boolean
  readonly clock: Clock
  readonly pace?: Partial<Pace>
  readonly sizes?: Partial<S3Sizes>
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
