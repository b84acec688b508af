import { OctavoError } from '../../../core/errors.js'
import type { PutSource, StoreCall } from '../../../core/store.js'
import type { GitHubRepository } from '../connect-github.js'
import type { Asking } from '../on-store.js'
import { assetNameOf } from './asset-name.js'
import { listAssets, removeAsset, type Asset } from './assets.js'
import type { Release } from './find-release.js'
import { mostAssets, type ReleasePlace } from './release-place.js'

/** One call of `put`. */
export interface Putting extends Asking {
  readonly place: ReleasePlace
  readonly name: string
  readonly source: PutSource
  readonly call: StoreCall
  /** Borne by what the call makes. */
  readonly id: string
}

/** Throws where somebody else has the name; gives what this call has made of it by now. */
export async function requireFree(
  putting: Putting,
  repository: GitHubRepository,
  release: Release,
): Promise<Asset | null> {
  const { place, name, id } = putting
  const assets = await listAssets(repository, release)
  const found = assets.find(({ asset }) => asset === assetNameOf(name))
  if (found?.label?.id === id) return found
  const ageMs = found ? place.clock.now().getTime() - found.begunAt.getTime() : 0
  if (found && (found.whole || ageMs < place.limits.abandonedMs)) throw taken(putting, found.whole)
  if (found) await removeAsset(repository, found.id)
  else if (assets.length >= mostAssets) throw fullRelease(putting)
  return null
}

export function taken({ place, name }: Putting, whole: boolean): OctavoError {
  const options = whole ? {} : { hint: 'Somebody is storing it just now. Run it again.' }
  return new OctavoError('store-taken', `${place.shown} already holds ${name}`, options)
}

export function fullRelease({ what }: Putting): OctavoError {
  return new OctavoError('store-refused', `${what}: its release holds ${mostAssets} assets`, {
    hint: 'GitHub takes no more in one release. Keep fewer backups there (retention), or make a second store with another tag.',
  })
}
