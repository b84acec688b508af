import type { StoreCall } from '../../core/store.js'
import { remoteError } from '../remote/fault.js'
import { askGcs, objectUrl } from './ask-gcs.js'
import { isFault } from './gcs-fault.js'
import type { GcsPlace } from './gcs-place.js'
import { requireBucket } from './list-objects.js'

export async function removeObject(
  place: GcsPlace,
  name: string,
  { signal }: StoreCall,
): Promise<void> {
  const what = `could not remove ${name} from ${place.shown}`
  const url = objectUrl(place, place.prefix + name)
  try {
    await askGcs(place, { what, signal }, { method: 'DELETE', url })
  } catch (error) {
    if (!isFault(error, 404)) throw remoteError(error, what, place)
    await requireBucket(place, { what, signal })
  }
}
