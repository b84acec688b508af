import type { PutSource, StoreCall } from '../../core/store.js'
import type { S3Place } from './s3-place.js'

/** One call of `put`. */
export interface Putting {
  readonly place: S3Place
  readonly name: string
  readonly key: string
  /** Kept with the object, so that it is known as this call's own. */
  readonly id: string
  /** Begins messages. */
  readonly what: string
  readonly source: PutSource
  readonly call: StoreCall
}
