import { createHash } from 'node:crypto'
import { OctavoError } from '../../core/errors.js'
import { provedBytes } from '../proved-bytes.js'
import { pause } from '../remote/ask-service.js'
import { mayPass, remoteError } from '../remote/fault.js'
import { inParts } from '../remote/in-parts.js'
import { isBadDigest, isFault } from './gcs-fault.js'
import type { GcsObject, Putting } from './look-up.js'
import { askProgress, sendChunk, type Chunk, type Progress } from './upload-session.js'

/** All of the source, one chunk after the other; gives the object that came of it. */
export async function sendChunks(putting: Putting, session: string): Promise<GcsObject> {
  const { place, source, what, call } = putting
  const hash = createHash('md5')
  const proved = provedBytes(source, what, call.signal)
  const parts = inParts(proved, Math.min(place.sizes.chunkBytes, source.size))
  let at = 0
  for await (const { bytes, last } of oneBehind(parts)) {
    hash.update(bytes)
    const md5 = last ? hash.digest('base64') : null
    const object = await sendUntilKept(putting, { session, at, bytes, md5 })
    at += bytes.length
    if (object === null) continue
    if (object.md5 === undefined || object.md5 === md5) return object
    throw new OctavoError('store-failed', `${what}: the service holds other bytes`)
  }
  throw new OctavoError('store-failed', `${what}: the service did not complete it`)
}

interface Part {
  readonly bytes: Buffer
  readonly last: boolean
}

/** The last part completes the object: it is given when its source ended, and was what it says. */
async function* oneBehind(parts: AsyncIterable<Buffer>): AsyncGenerator<Part> {
  let held: Buffer = Buffer.alloc(0)
  for await (const part of parts) {
    if (held.length > 0) yield { bytes: held, last: false }
    held = part
  }
  yield { bytes: held, last: true }
}

/**
 * Sends a chunk, and what the service did not get of it again. What an upload can't go on after is thrown
 * as it came: a session that is gone, a name that is taken, bytes that changed on the way.
 */
async function sendUntilKept(putting: Putting, chunk: Chunk): Promise<GcsObject | null> {
  const { place, what, call } = putting
  const end = chunk.at + chunk.bytes.length
  let at = chunk.at
  for (let failures = 0; ;) {
    let progress: Progress
    try {
      progress = await sendFrom(putting, chunk, at)
    } catch (error) {
      if (!mayPass(error, place.faults))
        throw isFinal(error) ? error : remoteError(error, what, place)
      failures += 1
      if (failures === place.pace.attempts) throw remoteError(error, what, place, failures)
      await pause(place, failures, error, { what, signal: call.signal })
      progress = await progressOf(putting, chunk)
    }
    const { received, object } = progress
    if (object !== null || (received === end && chunk.md5 === null)) return object
    if (received < chunk.at || received > end)
      throw new OctavoError('store-failed', `${what}: the service keeps ${received} bytes of it`)
    if (received > at) failures = 0
    at = received
  }
}

async function sendFrom(putting: Putting, chunk: Chunk, at: number): Promise<Progress> {
  const rest = chunk.bytes.subarray(at - chunk.at)
  // All is there, and only the object is not.
  if (rest.length === 0 && at > 0) return await askProgress(putting, chunk.session)
  const progress = await sendChunk(putting, { ...chunk, at, bytes: rest })
  if (progress.object === null && progress.received === at)
    throw new Error('the service took none of the bytes')
  return progress
}

async function progressOf(putting: Putting, { session }: Chunk): Promise<Progress> {
  try {
    return await askProgress(putting, session)
  } catch (error) {
    throw isFinal(error) ? error : remoteError(error, putting.what, putting.place)
  }
}

function isFinal(error: unknown): boolean {
  return isFault(error, 404, 410, 412) || isBadDigest(error)
}
