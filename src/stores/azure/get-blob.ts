import type { Readable } from 'node:stream'
import type { StoreCall } from '../../core/store.js'
import { remoteError } from '../remote/fault.js'
import {
  changedMeanwhile,
  noPart,
  notThere,
  readObject,
  type ObjectAnswer,
  type Reading,
} from '../remote/read-object.js'
import { askAzure } from './ask-azure.js'
import { isFault } from './azure-fault.js'
import type { AzurePlace } from './azure-place.js'

export function getBlob(
  place: AzurePlace,
  name: string,
  call: StoreCall & { readonly start?: number },
): AsyncGenerator<Buffer> {
  return readObject({ place, name, ask }, call)
}

async function ask(
  { place, name, what, signal }: Reading<AzurePlace>,
  at: number,
  etag: string | undefined,
): Promise<ObjectAnswer | null> {
  try {
    const answer = await askAzure(place, { what, signal }, (container, options) =>
      container.getBlobClient(place.prefix + name).download(at, undefined, {
        ...options,
        // Where it breaks off it is asked again by us.
        maxRetryRequests: 0,
        ...(etag === undefined ? {} : { conditions: { ifMatch: etag } }),
      }),
    )
    // The SDK gives a stream of Node where it runs in Node.
    const body = answer.readableStreamBody as Readable
    // Something between us and the service may not know ranges.
    if (at === 0 || answer.contentRange?.startsWith(`bytes ${at}-`) === true)
      return {
        body,
        bytes: answer.contentLength ?? 0,
        version: answer.etag,
        md5: at === 0 && answer.contentMD5 ? base64Of(answer.contentMD5) : undefined,
      }
    body.destroy()
    throw noPart(what)
  } catch (error) {
    if (isFault(error, 'InvalidRange', 416)) return null
    if (etag !== undefined && isFault(error, 'ConditionNotMet', 412, 'BlobNotFound'))
      throw changedMeanwhile(what, remoteError(error, what, place))
    if (isFault(error, 'BlobNotFound')) throw notThere(place, name)
    throw remoteError(error, what, place)
  }
}

function base64Of(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}
