import type { StoreCall } from '../../core/store.js'
import { remoteError } from '../remote/fault.js'
import { askAzure } from './ask-azure.js'
import { isFault } from './azure-fault.js'
import type { AzurePlace } from './azure-place.js'

export async function removeBlob(
  place: AzurePlace,
  name: string,
  { signal }: StoreCall,
): Promise<void> {
  const what = `could not remove ${name} from ${place.shown}`
  try {
    await askAzure(place, { what, signal }, (container, options) =>
      container.getBlobClient(place.prefix + name).delete(options),
    )
  } catch (error) {
    if (!isFault(error, 'BlobNotFound')) throw remoteError(error, what, place)
  }
}
