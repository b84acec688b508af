import type { CompletedPart } from '@aws-sdk/client-s3'
import { OctavoError } from '../../core/errors.js'
import { provedBytes } from '../proved-bytes.js'
import { requireGoing } from '../stopped.js'
import { remoteError } from '../remote/fault.js'
import { inParts, partBytesFor } from '../remote/in-parts.js'
import { taken } from '../remote/putting.js'
import { askS3, askS3OrFail } from './ask-s3.js'
import { isOurs, lookUp, removeOurs, requireFree, requireStored } from './look-up.js'
import type { Putting } from './putting.js'
import { RequestBody } from './request-body.js'
import { giveWay } from './rivals.js'
import { isFault } from './s3-fault.js'
import { abortUpload, beginUpload, type Upload } from './upload.js'

/** Of S3, for one upload. */
const mostParts = 10_000

/**
 * In parts, one after the other: a part is in memory until the service has it, and a broken one is sent
 * again, not the whole. Whatever ends it early removes the parts.
 */
export async function putInParts(putting: Putting): Promise<void> {
  const { what, call } = putting
  const upload = await beginUpload(putting)
  let completing = false
  try {
    await giveWay(putting, upload)
    const parts = await sendParts(putting, upload)
    // Others may have come, and gone, while the parts were sent.
    await giveWay(putting, upload)
    await requireFree(putting)
    completing = true
    await complete(putting, upload, parts)
    requireGoing(call.signal, what)
    await requireStored(putting)
  } catch (thrown) {
    const error = await abortUpload(putting, upload, thrown)
    throw completing ? await removeOurs(putting, error) : error
  }
}

async function sendParts(putting: Putting, upload: Upload): Promise<CompletedPart[]> {
  const { place, source, what, call } = putting
  const partBytes = partBytesFor(source.size, place.sizes.partBytes, mostParts)
  const parts: CompletedPart[] = []
  let sent = 0
  for await (const body of inParts(provedBytes(source, what, call.signal), partBytes)) {
    parts.push(await sendPart(putting, upload, { number: parts.length + 1, body, sent }))
    sent += body.length
  }
  return parts
}

interface Part {
  readonly number: number
  readonly body: Buffer
  /** Bytes of the parts before it. */
  readonly sent: number
}

async function sendPart(
  { place, key, what, call }: Putting,
  upload: Upload,
  { number, body, sent }: Part,
): Promise<CompletedPart> {
  const told = (bytes: number): void => call.onBytes?.(sent + bytes)
  const { ETag } = await askS3OrFail(place, { what, signal: call.signal }, (s3, options) =>
    s3.uploadPart(
      {
        Bucket: place.bucket,
        Key: key,
        UploadId: upload.id,
        PartNumber: number,
        Body: new RequestBody(body, told),
        ContentLength: body.length,
      },
      options,
    ),
  )
  if (ETag === undefined)
    throw new OctavoError('store-failed', `${what}: the service did not name part ${number}`)
  return { PartNumber: number, ETag }
}

async function complete(putting: Putting, upload: Upload, Parts: CompletedPart[]): Promise<void> {
  const { place, key, what, call } = putting
  const conditional = !place.lacks.conditions
  try {
    await askS3(place, { what, signal: call.signal, graceMs: place.pace.graceMs }, (s3, options) =>
      s3.completeMultipartUpload(
        {
          Bucket: place.bucket,
          Key: key,
          UploadId: upload.id,
          MultipartUpload: { Parts },
          ...(conditional ? { IfNoneMatch: '*' } : {}),
        },
        options,
      ),
    )
  } catch (error) {
    if (conditional && isFault(error, 'NotImplemented', 501)) {
      place.lacks.conditions = true
      await requireFree(putting)
      return await complete(putting, upload, Parts)
    }
    const isRefused = isFault(error, 'PreconditionFailed', 412, 409)
    if (!isRefused && !isFault(error, 'NoSuchUpload', 404)) throw remoteError(error, what, place)
    // An attempt before this one was heard, and its answer got lost.
    if (isOurs(putting, await lookUp(putting))) return
    throw isRefused ? taken(putting, error) : remoteError(error, what, place)
  }
}
