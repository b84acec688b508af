import { OctavoError } from '../../../core/errors.js'
import type { GitHubRepository } from '../connect-github.js'
import { onGitHub } from '../github-error.js'
import { gitHubStatus } from '../request-error.js'
import { readLabel, type AssetLabel } from './asset-label.js'
import { assetNameOf, nameOfAsset } from './asset-name.js'
import type { Release } from './find-release.js'

export interface Asset {
  readonly id: number
  /** As GitHub has it. */
  readonly asset: string
  /** Of the object; null for what is none of ours. */
  readonly name: string | null
  /** Of the object, in bytes. */
  readonly size: number
  /** Hexadecimal; null where GitHub has none. */
  readonly sha256: string | null
  /** Else an upload that is under way or broke off. */
  readonly whole: boolean
  readonly label: AssetLabel | null
  readonly begunAt: Date
}

interface AssetAnswer {
  readonly id: number
  readonly name: string
  readonly label?: string | null
  readonly state: string
  readonly size: number
  readonly digest?: string | null
  readonly created_at: string
}

const perPage = 100
const mostReadings = 5

/**
 * Every asset of a release. Where they fill several pages, one that is removed meanwhile moves others to
 * the page before: they are read until two readings agree.
 */
export async function listAssets(repository: GitHubRepository, { id }: Release): Promise<Asset[]> {
  return onGitHub(repository, 'list the assets of a release', async () => {
    let before = ''
    for (let reading = 1; reading <= mostReadings; reading += 1) {
      const assets = await readPages(repository, id)
      const ids = assets.map((asset) => asset.id).join()
      if (assets.length < perPage || ids === before) return assets
      before = ids
    }
    throw new OctavoError('github-failed', 'the assets of the release change all the time', {
      hint: 'See what else adds or removes assets, then run it again.',
    })
  })
}

async function readPages({ octokit, at }: GitHubRepository, release_id: number): Promise<Asset[]> {
  const found = new Map<number, Asset>()
  for (let page = 1; ; page += 1) {
    const asked = { ...at, release_id, per_page: perPage, page }
    const { data } = await octokit.rest.repos.listReleaseAssets(asked)
    for (const answer of data) found.set(answer.id, assetOf(answer))
    if (data.length < perPage) return [...found.values()]
  }
}

export function assetOf({ name: asset, ...answer }: AssetAnswer): Asset {
  const label = readLabel(answer.label)
  return {
    id: answer.id,
    asset,
    name: nameOfAsset(asset),
    size: label?.empty ? 0 : answer.size,
    sha256: /^sha256:([0-9a-f]{64})$/.exec(answer.digest ?? '')?.[1] ?? null,
    whole: answer.state === 'uploaded',
    label,
    begunAt: new Date(answer.created_at),
  }
}

/** Of an object, whole or not. */
export async function findAsset(
  repository: GitHubRepository,
  release: Release | null,
  name: string,
): Promise<Asset | null> {
  if (!release) return null
  const wanted = assetNameOf(name)
  return (await listAssets(repository, release)).find(({ asset }) => asset === wanted) ?? null
}

/** Also where it is not there any more. */
export async function removeAsset(repository: GitHubRepository, asset_id: number): Promise<void> {
  const { octokit, at } = repository
  await onGitHub(repository, 'remove an asset', async () => {
    try {
      await octokit.rest.repos.deleteReleaseAsset({ ...at, asset_id })
    } catch (error) {
      if (gitHubStatus(error) !== 404) throw error
    }
  })
}
