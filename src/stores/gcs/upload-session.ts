import { OctavoError } from '../../core/errors.js'
import { withLeftover } from '../remote/fault.js'
import { taken } from '../remote/putting.js'
import { askBucket, askGcs, type GcsAnswer } from './ask-gcs.js'
import { GcsFault, saidIn } from './gcs-fault.js'
import { gcsObject, ownerKey, type GcsObject, type Putting } from './look-up.js'

const sessionLeft =
  'What was sent of it may be kept there for a week, unseen; it costs nothing, and ends by itself.'

/** How far an upload is. */
export interface Progress {
  /** Bytes from the start that the service keeps. */
  readonly received: number
  /** Once it is complete. */
  readonly object: GcsObject | null
}

/** Begins an upload, which ends in an object only where there is none of the name; gives its address. */
export async function beginSession(putting: Putting): Promise<string> {
  const { place, key, id, source, what, call } = putting
  const query = new URLSearchParams({
    uploadType: 'resumable',
    name: key,
    ifGenerationMatch: '0',
  })
  const path = `/upload/storage/v1/b/${encodeURIComponent(place.bucket)}/o`
  const asking = { what, signal: call.signal, graceMs: place.pace.graceMs }
  const { status, headers, json } = await askBucket(place, asking, {
    method: 'POST',
    url: `${place.endpoint}${path}?${query.toString()}`,
    headers: {
      'content-type': 'application/json; charset=UTF-8',
      'x-upload-content-type': 'application/octet-stream',
      'x-upload-content-length': String(source.size),
    },
    body: Buffer.from(JSON.stringify({ metadata: { [ownerKey]: id } })),
    accept: [412],
  })
  if (status === 412) throw taken(putting, new GcsFault(412, saidIn(JSON.stringify(json))))
  const { location } = headers
  if (location !== undefined && URL.canParse(location)) return location
  throw new OctavoError('store-failed', `${what}: the service began no upload`)
}

export interface Chunk {
  readonly session: string
  /** Where it begins. */
  readonly at: number
  readonly bytes: Buffer
  /** Of all bytes, in base64, with the last chunk: the service compares it. */
  readonly md5: string | null
}

/** Sends a chunk once. */
export async function sendChunk(
  { place, source, what, call }: Putting,
  { session, at, bytes, md5 }: Chunk,
): Promise<Progress> {
  const range = `bytes ${at}-${at + bytes.length - 1}/${source.size}`
  // What completes the object gets time to be heard when the call is stopped, so that it can be undone.
  const graceMs = md5 === null ? 0 : place.pace.graceMs
  const answer = await askGcs(
    place,
    { what, signal: call.signal, graceMs, once: true },
    {
      method: 'PUT',
      url: session,
      headers: {
        // Of nothing there is no range.
        ...(bytes.length > 0 && { 'content-range': range }),
        ...(md5 !== null && { 'x-goog-hash': `md5=${md5}` }),
      },
      body: bytes,
      onSent: (count) => call.onBytes?.(at + count),
      accept: [308],
    },
  )
  return progressOf(answer)
}

/** Asks what the service has of an upload. */
export async function askProgress(
  { place, source, what, call }: Putting,
  session: string,
): Promise<Progress> {
  const headers = { 'content-range': `bytes */${source.size}` }
  const request = { method: 'PUT', url: session, headers, accept: [308] } as const
  return progressOf(await askGcs(place, { what, signal: call.signal }, request))
}

function progressOf({ status, headers, json }: GcsAnswer): Progress {
  if (status !== 308) {
    const object = gcsObject(json)
    return { received: object.size, object }
  }
  const last = /^bytes=0-(\d+)$/.exec(headers.range ?? '')?.[1]
  return { received: last === undefined ? 0 : Number(last) + 1, object: null }
}

/** After `error`: ends an upload, and gives the error to throw. */
export async function endSession(
  { place, what }: Putting,
  session: string,
  error: unknown,
): Promise<unknown> {
  // The call's own signal may be what ended it.
  const signal = AbortSignal.timeout(place.pace.cleanUpMs)
  try {
    // 499 is how the service says that it did; of one that is complete or gone it says something else.
    const accept = [400, 404, 410, 499]
    await askGcs(place, { what, signal }, { method: 'DELETE', url: session, accept })
    return error
  } catch {
    return withLeftover(error, sessionLeft)
  }
}
