import type { PutSource, StoreCall } from '../../core/store.js'
import { pause } from '../remote/ask-service.js'
import { remoteError } from '../remote/fault.js'
import { notWhole, putting as begin, taken } from '../remote/putting.js'
import { requireGoing } from '../stopped.js'
import { GcsFault, isFault } from './gcs-fault.js'
import type { GcsPlace } from './gcs-place.js'
import { lookUp, removeOurs, requireFree, type GcsObject, type Putting } from './look-up.js'
import { sendChunks } from './send-chunks.js'
import { beginSession, endSession } from './upload-session.js'

/**
 * In an upload that goes on where it broke off. The object appears when the last byte came, whole, and
 * only where there is none of the name.
 */
export async function putObject(
  place: GcsPlace,
  name: string,
  source: PutSource,
  call: StoreCall,
): Promise<void> {
  const putting = begin(place, name, source, call)
  const { what } = putting
  requireGoing(call.signal, what)
  await requireFree(putting)
  for (let attempt = 1; ; attempt += 1)
    try {
      return await upload(putting)
    } catch (error) {
      if (!(error instanceof GcsFault)) throw error
      // The service lost the upload, or bytes changed on the way: from the start.
      if (attempt === place.pace.attempts) throw remoteError(error, what, place, attempt)
      await pause(place, attempt, error, { what, signal: call.signal })
    }
}

async function upload(putting: Putting): Promise<void> {
  const { what, call, source } = putting
  const session = await beginSession(putting)
  try {
    const object = await sendChunks(putting, session).catch((error: unknown) =>
      completedAlready(putting, error),
    )
    requireGoing(call.signal, what)
    if (object.size !== source.size) throw notWhole(putting, object.size)
  } catch (thrown) {
    throw await removeOurs(putting, await endSession(putting, session, thrown))
  }
}

/** Where an attempt before was heard, its answer got lost, and the service knows the upload no more. */
async function completedAlready(putting: Putting, error: unknown): Promise<GcsObject> {
  if (!(error instanceof GcsFault)) throw error
  const found = await lookUp(putting)
  if (found !== null && found.owner === putting.id) return found
  throw isFault(error, 412) ? taken(putting, error) : error
}
