import t from 'tap'
import { gitHubReleaseStore } from '../../src/stores/github-release-store.js'
import type { GitHubDouble } from '../support/github-double/github-double.js'
import { startGitHub, withoutRetries } from '../support/stores/github-lab.js'
import { gitHubBackups } from './github-backup.js'
import { publicRepository } from './github-branch-faults.js'
import { releaseFaults } from './github-release-faults.js'
import { storeContract } from './store-contract.js'

storeContract(t, 'GitHub release', {
  open: async (t, place) => {
    // `place` is what it gave before.
    const github = (place as GitHubDouble | undefined) ?? (await startGitHub(t))
    return { store: gitHubReleaseStore(withoutRetries(github)), place: github }
  },
  leftovers: async (place) => {
    const { assets } = (place as GitHubDouble).releases
    return assets.map(({ name, state }) => `${state} ${name}`)
  },
  sizes: [65_535, 65_536, 65_537],
  largeBytes: 3_000_000,
  many: 105,
})

releaseFaults(t)
publicRepository(t, gitHubReleaseStore)
gitHubBackups(t)
