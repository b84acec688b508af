import type { Store } from '../core/store.js'
import type { AzureStoreOptions } from './azure/azure-options.js'
import { azurePlace } from './azure/azure-place.js'
import { getBlob } from './azure/get-blob.js'
import { listBlobs } from './azure/list-blobs.js'
import { putBlob } from './azure/put-blob.js'
import { removeBlob } from './azure/remove-blob.js'
import { storeAt } from './store-at.js'

/**
 * Block blobs of a container below a prefix, on Azure Blob Storage. The SDK is loaded with the first call.
 *
 * Nothing is overwritten: an object appears when its blocks are committed, on the condition that there is
 * none of the name (`If-None-Match: *`). The service compares each block with its MD5; that of the whole is
 * kept with the object, and compared when it is read from the start.
 *
 * Blocks that are not committed can't be removed. No listing shows them, the next object of the name does
 * away with them, and without one the service does after a week.
 */
export function azureStore(options: AzureStoreOptions): Store {
  return storeAt(options.name, azurePlace(options), {
    put: putBlob,
    get: getBlob,
    list: listBlobs,
    remove: removeBlob,
    close: async (place) => place.close(),
  })
}
