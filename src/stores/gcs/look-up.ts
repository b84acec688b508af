import { remoteError, withLeftover } from '../remote/fault.js'
import { objectLeft, taken, type Putting as RemotePutting } from '../remote/putting.js'
import { askGcs, objectUrl } from './ask-gcs.js'
import { isFault } from './gcs-fault.js'
import type { GcsPlace } from './gcs-place.js'

export type Putting = RemotePutting<GcsPlace>

/** What the service says of an object. */
export interface GcsObject {
  readonly size: number
  readonly generation: string
  /** In base64; undefined for an object that was put together from others. */
  readonly md5: string | undefined
  /** The call of ours that wrote it. */
  readonly owner: string | undefined
}

/** The name of the metadata that says which call wrote an object. */
export const ownerKey = 'octavo-put'

export function gcsObject(json: Readonly<Record<string, unknown>>): GcsObject {
  const { size, generation, md5Hash, metadata } = json
  const owner = (Object(metadata) as Readonly<Record<string, unknown>>)[ownerKey]
  return {
    size: Number(size),
    generation: String(generation),
    md5: typeof md5Hash === 'string' ? md5Hash : undefined,
    owner: typeof owner === 'string' ? owner : undefined,
  }
}

/** What the service has under the name of a put; null for nothing. */
export async function lookUp(
  { place, key, what, call }: Putting,
  signal: AbortSignal | undefined = call.signal,
): Promise<GcsObject | null> {
  try {
    const url = objectUrl(place, key)
    return gcsObject((await askGcs(place, { what, signal }, { method: 'GET', url })).json)
  } catch (error) {
    if (isFault(error, 404)) return null
    throw remoteError(error, what, place)
  }
}

export async function requireFree(putting: Putting): Promise<void> {
  if ((await lookUp(putting)) !== null) throw taken(putting)
}

/** After `error`: removes the object if this call made it, and gives the error to throw. */
export async function removeOurs(putting: Putting, error: unknown): Promise<unknown> {
  const { place, key, what, id } = putting
  // The call's own signal may be what ended it.
  const signal = AbortSignal.timeout(place.pace.cleanUpMs)
  try {
    const found = await lookUp(putting, signal)
    if (found?.owner !== id) return error
    const { generation } = found
    const url = objectUrl(place, key, { generation, ifGenerationMatch: generation })
    await askGcs(place, { what, signal }, { method: 'DELETE', url, accept: [404, 412] })
    return error
  } catch {
    return withLeftover(error, objectLeft)
  }
}
