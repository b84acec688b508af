import type { Store } from '../core/store.js'
import type { GcsStoreOptions } from './gcs/gcs-options.js'
import { gcsPlace } from './gcs/gcs-place.js'
import { getObject } from './gcs/get-object.js'
import { listObjects } from './gcs/list-objects.js'
import { putObject } from './gcs/put-object.js'
import { removeObject } from './gcs/remove-object.js'
import { storeAt } from './store-at.js'

/**
 * Objects of a bucket below a prefix, on Google Cloud Storage. The SDK is loaded with the first call; it
 * says who asks, and the requests are ours: its own can't be stopped (adr 21).
 *
 * Nothing is overwritten: an upload ends in an object on the condition that there is none of the name
 * (`ifGenerationMatch=0`). The service compares all bytes with their MD5 before the object appears, and a
 * read from the start compares them again.
 *
 * Uploads can't be listed. One whose process was killed, or whose address got lost on its way, costs
 * nothing and ends by itself after a week.
 */
export function gcsStore(options: GcsStoreOptions): Store {
  return storeAt(options.name, gcsPlace(options), {
    put: putObject,
    get: getObject,
    list: listObjects,
    remove: removeObject,
    close: async ({ agent }) => agent.destroy(),
  })
}
