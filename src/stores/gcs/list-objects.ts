import { OctavoError } from '../../core/errors.js'
import { isStoreName } from '../../core/store-names.js'
import type { StoreCall, StoredObject } from '../../core/store.js'
import type { Asking } from '../remote/ask-service.js'
import { requireGoing } from '../stopped.js'
import { askBucket, objectsUrl } from './ask-gcs.js'
import type { GcsPlace } from './gcs-place.js'

export async function* listObjects(
  place: GcsPlace,
  prefix: string,
  { signal }: StoreCall,
): AsyncGenerator<StoredObject> {
  const what = `could not list ${place.shown}`
  let token: string | undefined
  do {
    const url = objectsUrl(place, {
      prefix: place.prefix + prefix,
      maxResults: String(place.sizes.pageSize),
      fields: 'items(name,size),nextPageToken',
      ...(token === undefined ? {} : { pageToken: token }),
    })
    const { json } = await askBucket(place, { what, signal }, { method: 'GET', url })
    for (const { name: key, size } of itemsOf(json['items'])) {
      requireGoing(signal, what)
      const name = key.slice(place.prefix.length)
      if (isStoreName(name)) yield { name, size }
    }
    const next = json['nextPageToken']
    // A list that turns in a circle would never end.
    if (next !== undefined && (typeof next !== 'string' || next === token))
      throw new OctavoError('store-failed', `${what}: it does not say how the list goes on`)
    token = next
  } while (token !== undefined)
}

function itemsOf(items: unknown): StoredObject[] {
  if (!Array.isArray(items)) return []
  return items.map((item) => {
    const { name, size } = Object(item) as Readonly<Record<string, unknown>>
    return { name: String(name), size: Number(size) }
  })
}

/** Where an object is not there: whether the bucket is. */
export async function requireBucket(place: GcsPlace, asking: Asking): Promise<void> {
  const url = objectsUrl(place, { prefix: place.prefix, maxResults: '1', fields: 'items(name)' })
  await askBucket(place, asking, { method: 'GET', url })
}
