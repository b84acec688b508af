import type { StoreCall } from '../../core/store.js'
import { remoteError } from '../remote/fault.js'
import { askS3 } from './ask-s3.js'
import { isFault } from './s3-fault.js'
import type { S3Place } from './s3-place.js'

export async function removeObject(
  place: S3Place,
  name: string,
  { signal }: StoreCall,
): Promise<void> {
  const what = `could not remove ${name} from ${place.shown}`
  try {
    await askS3(place, { what, signal }, (s3, options) =>
      s3.deleteObject({ Bucket: place.bucket, Key: place.prefix + name }, options),
    )
  } catch (error) {
    // Most services say nothing where there was nothing.
    if (!isFault(error, 'NoSuchKey', 'NotFound')) throw remoteError(error, what, place)
  }
}
