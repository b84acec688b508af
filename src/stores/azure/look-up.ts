import type { BlobGetPropertiesResponse } from '@azure/storage-blob'
import { OctavoError } from '../../core/errors.js'
import { remoteError, withLeftover } from '../remote/fault.js'
import { notWhole, objectLeft, taken, type Putting as RemotePutting } from '../remote/putting.js'
import { askAzure, askAzureOrFail } from './ask-azure.js'
import { isFault } from './azure-fault.js'
import type { AzurePlace } from './azure-place.js'

export type Putting = RemotePutting<AzurePlace>

type Found = BlobGetPropertiesResponse | null

/** The name of the metadata that says which call wrote an object; of letters only, as Azure wants it. */
export const ownerKey = 'octavoput'

/** What the service has under the name of a put; null for nothing. */
export async function lookUp(
  { place, key, what, call }: Putting,
  signal: AbortSignal | undefined = call.signal,
): Promise<Found> {
  try {
    return await askAzure(place, { what, signal }, (container, options) =>
      container.getBlobClient(key).getProperties(options),
    )
  } catch (error) {
    if (isFault(error, 'BlobNotFound')) return null
    throw remoteError(error, what, place)
  }
}

export async function requireFree(putting: Putting): Promise<void> {
  if ((await lookUp(putting)) !== null) throw taken(putting)
}

export function isOurs({ id }: Putting, found: Found): boolean {
  return found?.metadata?.[ownerKey] === id
}

/** Looks whether the object is there, and whole. */
export async function requireStored(putting: Putting): Promise<void> {
  const { what, source } = putting
  const found = await lookUp(putting)
  if (found === null) throw new OctavoError('store-failed', `${what}: it was not there afterwards`)
  if (found.contentLength !== source.size) throw notWhole(putting, found.contentLength)
}

/** After `error`: removes the object if this call made it, and gives the error to throw. */
export async function removeOurs(putting: Putting, error: unknown): Promise<unknown> {
  const { place, key, what } = putting
  // The call's own signal may be what ended it.
  const signal = AbortSignal.timeout(place.pace.cleanUpMs)
  try {
    const found = await lookUp(putting, signal)
    if (found !== null && isOurs(putting, found))
      await askAzureOrFail(place, { what, signal }, (container, options) =>
        container.getBlobClient(key).deleteIfExists({
          ...options,
          ...(found.etag === undefined ? {} : { conditions: { ifMatch: found.etag } }),
        }),
      )
    return error
  } catch {
    return withLeftover(error, objectLeft)
  }
}
