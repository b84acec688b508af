import type { HeadObjectCommandOutput } from '@aws-sdk/client-s3'
import { OctavoError } from '../../core/errors.js'
import { remoteError, withLeftover } from '../remote/fault.js'
import { notWhole, objectLeft, taken } from '../remote/putting.js'
import { askS3, askS3OrFail } from './ask-s3.js'
import type { Putting } from './putting.js'
import { isFault } from './s3-fault.js'
import type { S3Place } from './s3-place.js'

type Found = HeadObjectCommandOutput | null

/** What the service has under the name of a put; null for nothing. */
export async function lookUp(
  { place, key, what, call }: Putting,
  signal: AbortSignal | undefined = call.signal,
): Promise<Found> {
  const asking = { what, signal }
  try {
    return await askS3(place, asking, (s3, options) =>
      s3.headObject({ Bucket: place.bucket, Key: key }, options),
    )
  } catch (error) {
    if (isFault(error, 404)) return null
    throw remoteError(await spelledOut(place, what, signal, error), what, place)
  }
}

/** An answer to HEAD has no text, so no reason. What else is refused comes with one. */
async function spelledOut(
  place: S3Place,
  what: string,
  signal: AbortSignal | undefined,
  error: unknown,
): Promise<unknown> {
  if (!isFault(error, 301, 400, 401, 403)) return error
  try {
    await askS3(place, { what, signal }, (s3, options) =>
      s3.listObjectsV2({ Bucket: place.bucket, Prefix: place.prefix, MaxKeys: 1 }, options),
    )
    return error
  } catch (better) {
    return better
  }
}

export async function requireFree(putting: Putting): Promise<void> {
  if ((await lookUp(putting)) !== null) throw taken(putting)
}

export function isOurs({ id }: Putting, found: Found): boolean {
  return found?.Metadata?.['octavo-put'] === id
}

/** Looks whether the object is there, this call's own, and whole. */
export async function requireStored(putting: Putting): Promise<void> {
  const { what, source } = putting
  const found = await lookUp(putting)
  if (found === null) throw new OctavoError('store-failed', `${what}: it was not there afterwards`)
  const other = found.Metadata?.['octavo-put'] ?? putting.id
  // Without conditions the service let another writer replace it.
  if (other !== putting.id) throw taken(putting)
  if (found.ContentLength !== source.size) throw notWhole(putting, found.ContentLength)
}

/** After `error`: removes the object if this call made it, and gives the error to throw. */
export async function removeOurs(putting: Putting, error: unknown): Promise<unknown> {
  const { place, key, what } = putting
  // The call's own signal may be what ended it.
  const signal = AbortSignal.timeout(place.pace.cleanUpMs)
  try {
    if (isOurs(putting, await lookUp(putting, signal)))
      await askS3OrFail(place, { what, signal }, (s3, options) =>
        s3.deleteObject({ Bucket: place.bucket, Key: key }, options),
      )
    return error
  } catch {
    return withLeftover(error, objectLeft)
  }
}
