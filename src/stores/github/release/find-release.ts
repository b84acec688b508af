import { OctavoError } from '../../../core/errors.js'
import type { GitHubRepository } from '../connect-github.js'
import { onGitHub } from '../github-error.js'
import { gitHubStatus } from '../request-error.js'
import type { ReleasePlace } from './release-place.js'

export interface Release {
  readonly id: number
  /** A template of an address: `…/assets{?name,label}`. */
  readonly uploadUrl: string
}

interface ReleaseAnswer {
  readonly id: number
  readonly upload_url: string
  readonly immutable?: boolean
}

/** Null where there is none, in a repository that the token can see. */
export async function findRelease(
  repository: GitHubRepository,
  { tag }: ReleasePlace,
): Promise<Release | null> {
  const { octokit, at } = repository
  return onGitHub(repository, `read the release ${tag}`, async () => {
    try {
      const { data } = await octokit.rest.repos.getReleaseByTag({ ...at, tag })
      return releaseOf(data, tag)
    } catch (error) {
      if (gitHubStatus(error) !== 404) throw error
      // 404 too for a repository that is not there, or not for this token.
      await octokit.rest.repos.get(at)
      return null
    }
  })
}

/** Makes it where it is missing: neither the latest release nor one that people take for a version. */
export async function requireRelease(
  repository: GitHubRepository,
  place: ReleasePlace,
): Promise<Release> {
  const found = await findRelease(repository, place)
  if (found) return found
  const { octokit, at } = repository
  const { tag } = place
  return onGitHub(repository, `make the release ${tag}`, async () => {
    try {
      await octokit.rest.repos.createRelease({
        ...at,
        tag_name: tag,
        name: 'Backups of Octavo',
        body: 'The backups of a database, stored here by Octavo. They are removed by its retention policy: do not edit the assets by hand.',
        prerelease: true,
        make_latest: 'false',
      })
    } catch (error) {
      // Another run was first, or an answer of ours was lost.
      if (gitHubStatus(error) !== 422 || !/already_exists/.test(String(error))) throw error
    }
    const there = await findRelease(repository, place)
    if (there) return there
    throw new OctavoError('github-failed', `the release ${tag} can't be found after it was made`, {
      hint: 'Where there is a draft of that tag, publish or delete it, then run it again.',
    })
  })
}

function releaseOf({ id, upload_url: uploadUrl, immutable }: ReleaseAnswer, tag: string): Release {
  if (immutable === true)
    throw new OctavoError('store-refused', `the release ${tag} is immutable`, {
      hint: 'Nothing can be added to it. Switch off release immutability (Settings → General → Releases), then give the store another tag.',
    })
  return { id, uploadUrl }
}
