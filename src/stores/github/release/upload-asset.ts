import type { GitHubRepository } from '../connect-github.js'
import { writeLabel } from './asset-label.js'
import { assetNameOf } from './asset-name.js'
import { assetOf, type Asset } from './assets.js'
import type { Release } from './find-release.js'
import type { PutSource } from '../../../core/store.js'
import type { UploadBody } from './upload-body.js'

export interface Upload {
  readonly release: Release
  readonly name: string
  readonly source: PutSource
  /** Of this call. */
  readonly id: string
  readonly body: UploadBody
}

/** Sends the bytes as they come from the source. Throws what octokit throws. */
export async function uploadAsset(
  { octokit }: GitHubRepository,
  { release, name, source, id, body }: Upload,
): Promise<Asset> {
  const { size } = source
  const { data } = await octokit.request({
    method: 'POST',
    url: release.uploadUrl,
    name: assetNameOf(name),
    label: writeLabel(name, { id, empty: size === 0 }),
    headers: {
      'content-type': 'application/octet-stream',
      'content-length': Math.max(1, size),
    },
    data: body.pieces(),
    // A body that can be sent once: see connect-github.ts.
    request: { redirect: 'error' },
  })
  // octokit knows no type for an address that GitHub gave.
  return assetOf(data as Parameters<typeof assetOf>[0])
}
