import type { Readable } from 'node:stream'
import type { StoreCall } from '../../core/store.js'
import { remoteError } from '../remote/fault.js'
import {
  changedMeanwhile,
  noPart,
  notThere,
  readObject,
  type ObjectAnswer,
  type Reading,
} from '../remote/read-object.js'
import { askS3 } from './ask-s3.js'
import { isFault } from './s3-fault.js'
import type { S3Place } from './s3-place.js'

export function getObject(
  place: S3Place,
  name: string,
  call: StoreCall & { readonly start?: number },
): AsyncGenerator<Buffer> {
  return readObject({ place, name, ask }, call)
}

async function ask(
  { place, name, what, signal }: Reading<S3Place>,
  at: number,
  etag: string | undefined,
): Promise<ObjectAnswer | null> {
  try {
    const answer = await askS3(place, { what, signal }, (s3, options) =>
      s3.getObject(
        {
          Bucket: place.bucket,
          Key: place.prefix + name,
          ...(at === 0 ? {} : { Range: `bytes=${at}-` }),
          ...(etag === undefined ? {} : { IfMatch: etag }),
        },
        options,
      ),
    )
    // The SDK gives a stream of Node where it runs in Node.
    const body = answer.Body as Readable
    // Something between us and the service may not know ranges.
    if (at === 0 || answer.ContentRange?.startsWith(`bytes ${at}-`) === true)
      return { body, bytes: answer.ContentLength ?? 0, version: answer.ETag }
    body.destroy()
    throw noPart(what)
  } catch (error) {
    if (isFault(error, 'InvalidRange', 416)) return null
    if (etag !== undefined && isFault(error, 'PreconditionFailed', 412, 'NoSuchKey'))
      throw changedMeanwhile(what, remoteError(error, what, place))
    if (isFault(error, 'NoSuchKey', 'NotFound')) throw notThere(place, name)
    throw remoteError(error, what, place)
  }
}
