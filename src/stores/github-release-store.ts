import type { Store, StoreCall, StoredObject } from '../core/store.js'
import { onStore } from './github/on-store.js'
import { findAsset, listAssets, removeAsset } from './github/release/assets.js'
import { findRelease } from './github/release/find-release.js'
import { getAsset } from './github/release/get-asset.js'
import { putAsset } from './github/release/put-asset.js'
import {
  releasePlace,
  type GitHubReleaseStoreOptions,
  type ReleasePlace,
} from './github/release/release-place.js'
import { requireGoing } from './stopped.js'
import { storeAt } from './store-at.js'

/**
 * Objects as assets of one release on GitHub, made where it is missing. GitHub gives each name away once;
 * only an asset whose upload is complete is an object. octokit is loaded with the first call.
 */
export function gitHubReleaseStore(options: GitHubReleaseStoreOptions): Store {
  return storeAt(options.name, releasePlace(options), {
    put: putAsset,
    get: getAsset,
    list: listObjects,
    remove: removeObject,
  })
}

async function* listObjects(
  place: ReleasePlace,
  prefix: string,
  { signal }: StoreCall,
): AsyncGenerator<StoredObject> {
  const what = `could not list ${place.shown}`
  const assets = await onStore(place, { what, signal }, async (repository) => {
    const release = await findRelease(repository, place)
    return release ? listAssets(repository, release) : []
  })
  for (const { name, size, whole } of assets) {
    requireGoing(signal, what)
    if (whole && name?.startsWith(prefix)) yield { name, size }
  }
}

/** An unfinished upload of the name is removed, too: it would keep the name. */
async function removeObject(
  place: ReleasePlace,
  name: string,
  { signal }: StoreCall,
): Promise<void> {
  const what = `could not remove ${name} from ${place.shown}`
  requireGoing(signal, what)
  await onStore(place, { what, signal }, async (repository) => {
    const found = await findAsset(repository, await findRelease(repository, place), name)
    if (found) await removeAsset(repository, found.id)
  })
}
