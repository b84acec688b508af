import type { ConfiguredGitHub } from '../../config/stores/configured-github.js'
import type { Store } from '../../core/store.js'
import { systemClock } from '../system-clock.js'

export async function openGitHub(configured: ConfiguredGitHub): Promise<Store> {
  const { name, repository, token, apiUrl, sealed, allowPublic } = configured
  const options = {
    name,
    repository,
    token,
    sealed,
    allowPublic,
    ...(apiUrl !== undefined && { apiUrl }),
    clock: systemClock,
  }
  if (configured.kind === 'github-release') {
    const { gitHubReleaseStore } = await import('../../stores/github-release-store.js')
    return gitHubReleaseStore({ ...options, tag: configured.tag })
  }
  const { gitHubBranchStore } = await import('../../stores/github-branch-store.js')
  return gitHubBranchStore({ ...options, branch: configured.branch, prefix: configured.prefix })
}
