import { OctavoError } from '../../core/errors.js'
import { pause, type Asking } from '../remote/ask-service.js'
import { mayPass, remoteError, withLeftover } from '../remote/fault.js'
import { askS3 } from './ask-s3.js'
import type { Putting } from './putting.js'
import { isFault } from './s3-fault.js'

const partsLeft =
  'Parts of it may be left there, which no listing of objects shows: a rule of the bucket that ends unfinished uploads removes them.'

/** An upload in parts that is not complete. */
export interface Upload {
  readonly id: string
  /** By the clock of this machine. */
  readonly begunAt: Date
}

/**
 * Begins an upload. Where the answer gets lost there may be one that nobody knows the id of: those of this
 * name without a part are removed.
 */
export async function beginUpload(putting: Putting): Promise<Upload> {
  const { place, key, id, what, call } = putting
  const asking = { what, signal: call.signal, graceMs: place.pace.graceMs }
  for (let attempt = 1; ; attempt += 1)
    try {
      const { UploadId } = await askS3(place, { ...asking, once: true }, (s3, options) =>
        s3.createMultipartUpload(
          { Bucket: place.bucket, Key: key, Metadata: { 'octavo-put': id } },
          options,
        ),
      )
      if (UploadId !== undefined) return { id: UploadId, begunAt: place.clock.now() }
      throw new OctavoError('store-failed', `${what}: the service began no upload`)
    } catch (error) {
      if (mayPass(error, place.faults) && attempt < place.pace.attempts) {
        await pause(place, attempt, error, asking)
        await removeEmpty(putting)
        continue
      }
      const fault = remoteError(error, what, place, attempt)
      throw mayPass(error, place.faults) || call.signal?.aborted
        ? await removeEmptyAfter(putting, fault)
        : fault
    }
}

async function removeEmptyAfter(putting: Putting, error: unknown): Promise<unknown> {
  // The call's own signal may be what ended it.
  const call = { signal: AbortSignal.timeout(putting.place.pace.cleanUpMs) }
  try {
    await removeEmpty({ ...putting, call })
    return error
  } catch {
    return withLeftover(error, partsLeft)
  }
}

async function removeEmpty(putting: Putting): Promise<void> {
  for (const { id } of await uploadsOf(putting))
    if ((await partTimes(putting, id))?.length === 0)
      await removeUpload(putting, id, { what: putting.what, signal: putting.call.signal })
}

/** Those of this name, with the instant of the service at which they began. */
export async function uploadsOf({
  place,
  key,
  what,
  call,
}: Putting): Promise<{ readonly id: string; readonly initiatedAt: Date }[]> {
  try {
    const { Uploads = [] } = await askS3(place, { what, signal: call.signal }, (s3, options) =>
      s3.listMultipartUploads({ Bucket: place.bucket, Prefix: key }, options),
    )
    return Uploads.flatMap(({ Key, UploadId, Initiated }) =>
      Key === key && UploadId !== undefined && Initiated !== undefined
        ? [{ id: UploadId, initiatedAt: Initiated }]
        : [],
    )
  } catch (error) {
    // Not every service lists them, nor may everybody see them.
    if (isFault(error, 403, 501, 'NotImplemented', 'AccessDenied')) return []
    throw remoteError(error, what, place)
  }
}

/** When the parts of an upload came; null where it is gone. */
export async function partTimes(
  { place, key, what, call }: Putting,
  id: string,
): Promise<Date[] | null> {
  const times: Date[] = []
  let marker: string | undefined
  try {
    do {
      const page = await askS3(place, { what, signal: call.signal }, (s3, options) =>
        s3.listParts(
          {
            Bucket: place.bucket,
            Key: key,
            UploadId: id,
            ...(marker === undefined ? {} : { PartNumberMarker: marker }),
          },
          options,
        ),
      )
      times.push(...(page.Parts ?? []).flatMap(({ LastModified }) => LastModified ?? []))
      marker = page.IsTruncated === true ? page.NextPartNumberMarker : undefined
    } while (marker !== undefined)
    return times
  } catch (error) {
    if (isFault(error, 404)) return null
    throw remoteError(error, what, place)
  }
}

/** After `error`: removes the upload with its parts, and gives the error to throw. */
export async function abortUpload(
  putting: Putting,
  { id }: Upload,
  error: unknown,
): Promise<unknown> {
  const { place, what } = putting
  // The call's own signal may be what ended it.
  const signal = AbortSignal.timeout(place.pace.cleanUpMs)
  const call = { signal }
  try {
    // A part that was on its way may come after the first removal.
    for (let tries = 0; tries < place.pace.attempts; tries += 1) {
      await removeUpload(putting, id, { what, signal })
      if (!(await isThere({ ...putting, call }, id))) return error
    }
    return withLeftover(error, partsLeft)
  } catch {
    return withLeftover(error, partsLeft)
  }
}

/** Who may not look takes its removal for done. */
async function isThere(putting: Putting, id: string): Promise<boolean> {
  try {
    return (await partTimes(putting, id)) !== null
  } catch (error) {
    if (error instanceof OctavoError && error.code === 'store-refused') return false
    throw error
  }
}

export async function removeUpload(
  { place, key }: Putting,
  id: string,
  asking: Asking,
): Promise<void> {
  try {
    await askS3(place, asking, (s3, options) =>
      s3.abortMultipartUpload({ Bucket: place.bucket, Key: key, UploadId: id }, options),
    )
  } catch (error) {
    if (!isFault(error, 'NoSuchUpload', 404)) throw remoteError(error, asking.what, place)
  }
}
