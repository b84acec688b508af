import type { Store, StoreCall, StoredObject } from '../core/store.js'
import { objectsOf, pathsOf } from './github/branch/branch-objects.js'
import {
  branchPlace,
  type BranchPlace,
  type GitHubBranchStoreOptions,
} from './github/branch/branch-place.js'
import { changeBranch } from './github/branch/change-branch.js'
import { getObject } from './github/branch/get-object.js'
import { putObject } from './github/branch/put-object.js'
import { readBranch } from './github/branch-state.js'
import { onStore } from './github/on-store.js'
import { requireGoing } from './stopped.js'
import { storeAt } from './store-at.js'

/**
 * Objects as files of a branch on GitHub, below a folder of it. Each put and each remove is a commit; the
 * branch is made without history where it is missing, moved without force, and what else it holds is left
 * alone. Objects above 8 MiB are cut into parts, in a folder of their name. octokit is loaded with the
 * first call.
 *
 * The history keeps the bytes of what was removed.
 */
export function gitHubBranchStore(options: GitHubBranchStoreOptions): Store {
  return storeAt(options.name, branchPlace(options), {
    put: putObject,
    get: getObject,
    list: listObjects,
    remove: removeObject,
  })
}

async function* listObjects(
  place: BranchPlace,
  prefix: string,
  { signal }: StoreCall,
): AsyncGenerator<StoredObject> {
  const what = `could not list ${place.shown}`
  const branch = await onStore(place, { what, signal }, readBranch)
  for (const [name, { size }] of objectsOf(branch, place.prefix)) {
    requireGoing(signal, what)
    if (name.startsWith(prefix)) yield { name, size }
  }
}

async function removeObject(
  place: BranchPlace,
  name: string,
  { signal }: StoreCall,
): Promise<void> {
  const what = `could not remove ${name} from ${place.shown}`
  requireGoing(signal, what)
  await changeBranch(place, { what, signal, message: `Remove ${name}\n` }, (branch) => {
    const paths = pathsOf(branch, place.prefix + name)
    return paths.length === 0 ? null : paths.map((path) => ({ path, sha: null }))
  })
}
