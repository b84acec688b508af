import type { Store } from '../../../src/core/store.js'
import { s3Store } from '../../../src/stores/s3-store.js'
import type { S3StoreOptions } from '../../../src/stores/s3/s3-options.js'
import { accessKeyId, secretAccessKey, type Gateway } from '../ceph/gateway.js'
import { quickClock } from './quick-clock.js'

export const mebibyte = 1024 * 1024

/** A bucket of a gateway, and stores in it; each place is a prefix of its own. */
export interface S3Lab {
  readonly bucket: string
  newPlace(): string
  store(place: string, options?: Partial<S3StoreOptions>): Store
  /** Keys and unfinished uploads below a place. */
  keys(place: string): Promise<string[]>
  uploads(place: string): Promise<string[]>
}

export async function s3Lab({ port, s3, newBucket }: Gateway): Promise<S3Lab> {
  const bucket = await newBucket()
  let places = 0
  return {
    bucket,
    newPlace: () => `place-${(places += 1)}`,
    store: (prefix, options = {}) =>
      s3Store({
        name: 's3',
        endpoint: `http://127.0.0.1:${port}`,
        region: 'us-east-1',
        bucket,
        prefix,
        accessKeyId,
        secretAccessKey,
        clock: quickClock,
        sizes: { largestWholeBytes: 5 * mebibyte, partBytes: 5 * mebibyte, pageSize: 30 },
        ...options,
      }),
    keys: async (place) => {
      const { Contents = [] } = await s3.listObjectsV2({ Bucket: bucket, Prefix: `${place}/` })
      return Contents.map(({ Key = '' }) => Key)
    },
    uploads: async (place) => {
      const { Uploads = [] } = await s3.listMultipartUploads({
        Bucket: bucket,
        Prefix: `${place}/`,
      })
      return Uploads.map(({ Key = '' }) => Key)
    },
  }
}
