import type { Store } from '../core/store.js'
import { getObject } from './s3/get-object.js'
import { listObjects } from './s3/list-objects.js'
import { putObject } from './s3/put-object.js'
import { removeObject } from './s3/remove-object.js'
import { s3Place } from './s3/s3-place.js'
import type { S3StoreOptions } from './s3/s3-options.js'
import { storeAt } from './store-at.js'

/**
 * Objects of a bucket below a prefix: on S3 of AWS, and on services that speak it (R2, B2, MinIO, Ceph,
 * others). The SDK is loaded with the first call.
 *
 * Nothing is overwritten. A name is looked up before anything is sent, and written on the condition that
 * there is still none (`If-None-Match: *`). Where a service does not know the condition (501), or passes
 * over it at the end of an upload in parts, writers of one name see each other's uploads, and all but one
 * give way: `s3/rivals.ts`. That leaves services that pass over the condition of a small object too: there
 * the last of two writers wins who begin at the same moment, and the other says `store-taken` if it sees
 * that its object was replaced. `octavo store check` finds such a service.
 *
 * Bytes are digested on the way: the signature of each request holds the SHA-256 of its body, which the
 * service compares.
 *
 * A process that is killed leaves the parts of its upload, which cost money and no listing of objects
 * shows. The next put of the same name removes them; let a rule of the bucket remove all others
 * (AbortIncompleteMultipartUpload after some days).
 */
export function s3Store(options: S3StoreOptions): Store {
  return storeAt(options.name, s3Place(options), {
    put: putObject,
    get: getObject,
    list: listObjects,
    remove: removeObject,
    close: (place) => place.close(),
  })
}
