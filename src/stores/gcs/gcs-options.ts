import type { Clock } from '../../core/clock.js'
import type { Pace } from '../remote/pace.js'

export interface GcsStoreOptions {
  readonly name: string
  readonly bucket: string
  /** What a file of credentials holds: the key of a service account, or any other kind that Google has. */
  readonly credentials: GcsCredentials
  /** `https://HOST[:PORT]`; without one, that of Google. */
  readonly endpoint?: string | undefined
  /** Put before every name; a `/` is added at its end where there is none. */
  readonly prefix?: string
  readonly clock: Clock
  readonly pace?: Partial<Pace>
  readonly sizes?: Partial<GcsSizes>
}

export type GcsCredentials = Readonly<Record<string, unknown>>

export interface GcsSizes {
  /** Of each chunk but the last: a multiple of 256 KiB, as the service wants it. */
  readonly chunkBytes: number
  /** Objects in one answer to a listing. */
  readonly pageSize: number
}

export const usualSizes: GcsSizes = { chunkBytes: 8 * 1024 * 1024, pageSize: 1_000 }
