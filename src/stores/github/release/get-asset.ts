import { createHash } from 'node:crypto'
import { OctavoError } from '../../../core/errors.js'
import type { StoreCall } from '../../../core/store.js'
import { notThere } from '../../remote/read-object.js'
import { untilAborted } from '../../stopped.js'
import { onGitHub } from '../github-error.js'
import { onStore, storeError, type Asking } from '../on-store.js'
import { pauseAfter } from '../passing-fault.js'
import { gitHubStatus } from '../request-error.js'
import { findAsset, type Asset } from './assets.js'
import { findRelease } from './find-release.js'
import type { ReleasePlace } from './release-place.js'

/** Reads an asset; where it breaks off, what follows. Whatever comes gives it all its attempts again. */
export async function* getAsset(
  place: ReleasePlace,
  name: string,
  { start = 0, signal, onBytes }: StoreCall & { readonly start?: number },
): AsyncGenerator<Buffer> {
  const asking: Asking = { what: `could not read ${name} from ${place.shown}`, signal }
  const asset = await onStore(place, asking, async (repository) =>
    findAsset(repository, await findRelease(repository, place), name),
  )
  if (!asset?.whole) throw notThere(place, name)
  const hash = createHash('sha256')
  let at = start
  for (let failures = 0; at < asset.size;) {
    const before = at
    try {
      const body = await openAsset(place, asking, asset, at)
      for await (const piece of untilAborted(body, signal, asking.what)) {
        at += piece.length
        hash.update(piece)
        requireBytes(asking, at <= asset.size)
        onBytes?.(at - start)
        yield Buffer.from(piece)
      }
      if (at < asset.size) throw new TypeError('the answer ended early')
    } catch (error) {
      if (signal?.aborted || error instanceof OctavoError) throw storeError(asking, error)
      failures = at > before ? 1 : failures + 1
      if (failures >= place.limits.attempts) throw brokenOff(asking, error, failures)
      await pauseAfter(place, failures, error, signal).catch((cause: unknown) => {
        throw storeError(asking, cause)
      })
    }
  }
  if (start === 0 && asset.sha256 !== null && asset.size > 0)
    requireBytes(asking, hash.digest('hex') === asset.sha256)
}

function requireBytes({ what }: Asking, right: boolean): void {
  if (!right)
    throw new OctavoError('store-failed', `${what}: GitHub gave other bytes than it was given`)
}

function brokenOff({ what }: Asking, cause: unknown, tried: number): OctavoError {
  const message = `${what}: the answer broke off; tried ${tried} times`
  return new OctavoError('store-failed', message, { cause })
}

/**
 * GitHub leads to another host, with an address that is good for minutes: each reading asks for a new
 * one. The token stays behind, since fetch sends no `Authorization` to another origin.
 */
function openAsset(
  place: ReleasePlace,
  asking: Asking,
  { id }: Asset,
  at: number,
): Promise<AsyncIterable<Uint8Array>> {
  return onStore(place, asking, async () => {
    const repository = await place.connect(asking.signal, { callMs: longestDownloadMs })
    return onGitHub(repository, 'fetch an asset', async () => {
      const { octokit } = repository
      const answer = await octokit
        .request('GET /repos/{owner}/{repo}/releases/assets/{asset_id}', {
          ...repository.at,
          asset_id: id,
          headers: {
            accept: 'application/octet-stream',
            ...(at === 0 ? {} : { range: `bytes=${at}-` }),
          },
          request: { parseSuccessResponseBody: false },
        })
        .catch((error: unknown) => {
          if (gitHubStatus(error) !== 404) throw error
          throw new OctavoError('store-failed', `${asking.what}: it was removed meanwhile`)
        })
      if (at > 0 && !String(answer.headers['content-range']).startsWith(`bytes ${at}-`))
        throw new OctavoError('store-failed', `${asking.what}: it gives no part of an asset`)
      // octokit's types know only the parsed answer: unparsed it is the body of fetch.
      return answer.data as unknown as AsyncIterable<Uint8Array>
    })
  })
}

const longestDownloadMs = 12 * 3_600_000
