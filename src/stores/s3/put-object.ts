import type { PutSource, StoreCall } from '../../core/store.js'
import { remoteError } from '../remote/fault.js'
import { putting as begin, taken, wholeBytes } from '../remote/putting.js'
import { requireGoing } from '../stopped.js'
import { askS3 } from './ask-s3.js'
import { isOurs, lookUp, removeOurs, requireFree, requireStored } from './look-up.js'
import { putInParts } from './put-in-parts.js'
import type { Putting } from './putting.js'
import { RequestBody } from './request-body.js'
import { giveWay } from './rivals.js'
import { isFault } from './s3-fault.js'
import type { S3Place } from './s3-place.js'
import { abortUpload, beginUpload } from './upload.js'

export async function putObject(
  place: S3Place,
  name: string,
  source: PutSource,
  call: StoreCall,
): Promise<void> {
  const putting: Putting = begin(place, name, source, call)
  requireGoing(call.signal, putting.what)
  await requireFree(putting)
  if (source.size > place.sizes.largestWholeBytes) await putInParts(putting)
  else await putWhole(putting)
}

/** In one request, of bytes that were compared with their digest before. */
async function putWhole(putting: Putting): Promise<void> {
  const { what, call } = putting
  const body = await wholeBytes(putting)
  try {
    await send(putting, body)
    requireGoing(call.signal, what)
    await requireStored(putting)
  } catch (error) {
    throw await removeOurs(putting, error)
  }
}

async function send(putting: Putting, body: Buffer): Promise<void> {
  const { place, what } = putting
  if (!place.lacks.conditions)
    try {
      return await sendBody(putting, body, { IfNoneMatch: '*' })
    } catch (error) {
      if (isFault(error, 'NotImplemented', 501)) place.lacks.conditions = true
      else if (!isFault(error, 'PreconditionFailed', 412)) throw remoteError(error, what, place)
      // An attempt before this one may have been heard, and its answer lost.
      else if (!isOurs(putting, await lookUp(putting))) throw taken(putting, error)
      else return
    }
  await sendGuarded(putting, body)
}

/** Where the service knows no conditions: an upload that is never completed keeps others away. */
async function sendGuarded(putting: Putting, body: Buffer): Promise<void> {
  const { place, what } = putting
  const upload = await beginUpload(putting)
  try {
    await giveWay(putting, upload)
    await requireFree(putting)
    await sendBody(putting, body, {})
  } catch (error) {
    throw await abortUpload(putting, upload, remoteError(error, what, place))
  }
  // It has no parts: where it can't be removed, nothing is lost and nothing is wrong.
  await abortUpload(putting, upload, null)
}

async function sendBody(
  { place, key, id, what, call }: Putting,
  body: Buffer,
  condition: { readonly IfNoneMatch?: '*' },
): Promise<void> {
  const asking = { what, signal: call.signal, graceMs: place.pace.graceMs }
  await askS3(place, asking, (s3, options) =>
    s3.putObject(
      {
        Bucket: place.bucket,
        Key: key,
        Body: new RequestBody(body, call.onBytes),
        ContentLength: body.length,
        Metadata: { 'octavo-put': id },
        ...condition,
      },
      options,
    ),
  )
}
