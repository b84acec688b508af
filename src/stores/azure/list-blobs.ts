import type { BlobItem } from '@azure/storage-blob'
import { OctavoError } from '../../core/errors.js'
import { isStoreName } from '../../core/store-names.js'
import type { StoreCall, StoredObject } from '../../core/store.js'
import { requireGoing } from '../stopped.js'
import { askAzureOrFail } from './ask-azure.js'
import type { AzurePlace } from './azure-place.js'

export async function* listBlobs(
  place: AzurePlace,
  prefix: string,
  { signal }: StoreCall,
): AsyncGenerator<StoredObject> {
  const what = `could not list ${place.shown}`
  let token: string | undefined
  do {
    const page = await pageOf(place, { what, signal, prefix: place.prefix + prefix, token })
    for (const { name: key, properties } of page.blobs) {
      requireGoing(signal, what)
      const name = key.slice(place.prefix.length)
      if (isStoreName(name)) yield { name, size: properties.contentLength ?? 0 }
    }
    // A list that turns in a circle would never end.
    if (page.next !== undefined && page.next === token)
      throw new OctavoError('store-failed', `${what}: it does not say how the list goes on`)
    token = page.next
  } while (token !== undefined)
}

interface PageAsking {
  readonly what: string
  readonly signal: AbortSignal | undefined
  readonly prefix: string
  readonly token: string | undefined
}

async function pageOf(
  place: AzurePlace,
  { what, signal, prefix, token }: PageAsking,
): Promise<{ readonly blobs: readonly BlobItem[]; readonly next: string | undefined }> {
  const page = await askAzureOrFail(place, { what, signal }, async (container, options) => {
    const pages = container.listBlobsFlat({ prefix, ...options }).byPage({
      maxPageSize: place.sizes.pageSize,
      ...(token === undefined ? {} : { continuationToken: token }),
    })
    return await pages.next()
  })
  if (page.done === true) return { blobs: [], next: undefined }
  const { segment, continuationToken } = page.value
  return { blobs: segment.blobItems, next: continuationToken || undefined }
}
