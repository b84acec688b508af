import { randomBytes } from 'node:crypto'
import { OctavoError } from '../../../core/errors.js'
import type { PutSource, StoreCall } from '../../../core/store.js'
import { graced } from '../../graced.js'
import { withLeftover } from '../../remote/fault.js'
import { objectLeft } from '../../remote/putting.js'
import { onlyMore } from '../../remote/sent-bytes.js'
import { requireGoing, unlessAborted } from '../../stopped.js'
import { onGitHub } from '../github-error.js'
import { onStore, storeError } from '../on-store.js'
import { pauseAfter, passes } from '../passing-fault.js'
import { gitHubStatus, isRequestError } from '../request-error.js'
import { findAsset, removeAsset, type Asset } from './assets.js'
import { assetNameOf } from './asset-name.js'
import { requireRelease, type Release } from './find-release.js'
import { fullRelease, requireFree, taken, type Putting } from './require-free.js'
import { largestBytes, type ReleasePlace } from './release-place.js'
import { uploadAsset } from './upload-asset.js'
import { UploadBody } from './upload-body.js'

/**
 * Uploads an asset of a name that GitHub gives away once. Whose it is says its label: so an upload whose
 * answer was lost is known as our own, and nobody else's is removed.
 */
export async function putAsset(
  place: ReleasePlace,
  name: string,
  source: PutSource,
  call: StoreCall,
): Promise<void> {
  const what = `could not store ${name} in ${place.shown}`
  const id = randomBytes(6).toString('hex')
  const { signal } = call
  const told = { ...call, onBytes: onlyMore(call.onBytes) }
  const putting: Putting = { place, name, source, id, what, signal, call: told }
  requireGoing(signal, what)
  if (source.size > largestBytes)
    throw new OctavoError('store-refused', `${what}: ${source.size} bytes are too many`, {
      hint: 'GitHub takes less than 2 GiB in one asset: use a store of another type for it.',
    })
  const release = await onStore(place, putting, async (repository) => {
    await place.requireMayStore(repository)
    const release = await requireRelease(repository, place)
    await requireFree(putting, repository, release)
    return release
  })
  try {
    await uploadUntilThere(putting, release)
  } catch (error) {
    throw await withoutOurs(putting, release, await asOurs(putting, error))
  }
}

async function uploadUntilThere(putting: Putting, release: Release): Promise<void> {
  const { place, what, signal, source, call } = putting
  for (let attempt = 1; ; attempt += 1) {
    const body = new UploadBody(source, what, call)
    try {
      return requireRight(putting, await upload(putting, release, body))
    } catch (error) {
      if (body.failure !== null) throw body.failure
      requireGoing(signal, what)
      if (error instanceof OctavoError) throw error
      if (await isThere(putting, release, error)) return
      if (attempt === place.limits.attempts) throw isTaken(error) ? taken(putting, true) : error
      await pauseAfter(place, attempt, error, signal)
    }
  }
}

/** When the call is stopped, an upload whose bytes were all given comes to its end. */
async function upload(putting: Putting, release: Release, body: UploadBody): Promise<Asset> {
  const { place, what, signal, name, source, id } = putting
  const late = graced(signal, () => (body.done ? place.graceMs : 0))
  try {
    const ask = async () => {
      const repository = await place.connectForAsset(late.signal)
      return uploadAsset(repository, { release, name, source, id, body })
    }
    return await unlessAborted(ask, late.signal, what)
  } finally {
    late.end()
  }
}

function requireRight({ what, name, source }: Putting, made: Asset): void {
  const size = made.size === source.size
  const digest = made.sha256 === null || source.size === 0 || made.sha256 === source.sha256
  if (made.whole && size && digest && made.asset === assetNameOf(name)) return
  const how = !made.whole
    ? 'it is not complete'
    : made.asset !== assetNameOf(name)
      ? `it is called ${made.asset} there`
      : 'it has other bytes there'
  throw new OctavoError('store-failed', `${what}: GitHub took it, but ${how}`)
}

/** After a fault: whether it was done all the same. Throws where trying again does not help. */
async function isThere(putting: Putting, release: Release, error: unknown): Promise<boolean> {
  if (/file_count/.test(String(error))) throw fullRelease(putting)
  if (!isTaken(error) && !passes(error)) throw error
  return onStore(putting.place, putting, async (repository) => {
    const ours = await requireFree(putting, repository, release)
    if (ours?.whole) {
      requireRight(putting, ours)
      return true
    }
    if (ours) await removeAsset(repository, ours.id)
    return false
  })
}

function isTaken(error: unknown): boolean {
  return gitHubStatus(error) === 422 && /already_exists/.test(String(error))
}

/** What octokit threw, as an error of ours; what a source threw stays what it is. */
async function asOurs(putting: Putting, error: unknown): Promise<unknown> {
  if (!isRequestError(error)) return storeError(putting, error)
  const repository = await putting.place.connect()
  const fails = onGitHub(repository, 'upload an asset', () => Promise.reject(error))
  return fails.catch((ours: unknown) => storeError(putting, ours))
}

/** Removes what a call made that failed, and gives the error to throw. */
async function withoutOurs(putting: Putting, release: Release, error: unknown): Promise<unknown> {
  const { place, name, id } = putting
  try {
    // The call's own signal may be what ended it.
    const repository = await place.connect(AbortSignal.timeout(place.cleanUpMs))
    const found = await findAsset(repository, release, name)
    if (found?.label?.id === id) await removeAsset(repository, found.id)
    return error
  } catch {
    return withLeftover(error, objectLeft)
  }
}
