import { OctavoError } from '../../core/errors.js'
import { isStoreName } from '../../core/store-names.js'
import type { StoreCall, StoredObject } from '../../core/store.js'
import { requireGoing } from '../stopped.js'
import { askS3OrFail } from './ask-s3.js'
import type { S3Place } from './s3-place.js'

export async function* listObjects(
  place: S3Place,
  prefix: string,
  { signal }: StoreCall,
): AsyncGenerator<StoredObject> {
  const what = `could not list ${place.shown}`
  let token: string | undefined
  do {
    const page = await askS3OrFail(place, { what, signal }, (s3, options) =>
      s3.listObjectsV2(
        {
          Bucket: place.bucket,
          Prefix: place.prefix + prefix,
          MaxKeys: place.sizes.pageSize,
          ...(token === undefined ? {} : { ContinuationToken: token }),
        },
        options,
      ),
    )
    for (const { Key = '', Size = 0 } of page.Contents ?? []) {
      requireGoing(signal, what)
      const name = Key.slice(place.prefix.length)
      if (isStoreName(name)) yield { name, size: Size }
    }
    const next = page.IsTruncated === true ? page.NextContinuationToken : undefined
    // A list that is cut short would make backups look lost, or superfluous.
    if (page.IsTruncated === true && (next === undefined || next === token))
      throw new OctavoError('store-failed', `${what}: it does not say how the list goes on`)
    token = next
  } while (token !== undefined)
}
