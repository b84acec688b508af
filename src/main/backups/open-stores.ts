import type { ConfiguredStore } from '../../config/configured-stores.js'
import type { Store } from '../../core/store.js'
import type { KeptStore } from '../../jobs/backup/backup-types.js'
import { systemClock as clock } from '../system-clock.js'

/** Each kind is loaded where one of it is configured: an SDK takes its time and memory. */
export async function openStores(configured: readonly ConfiguredStore[]): Promise<KeptStore[]> {
  const stores: KeptStore[] = []
  for (const one of configured) stores.push({ store: await openStore(one), policy: one.policy })
  return stores
}

async function openStore(configured: ConfiguredStore): Promise<Store> {
  switch (configured.kind) {
    case 'disk': {
      const { diskStore } = await import('../../stores/disk-store.js')
      return diskStore({ name: configured.name, folder: configured.path })
    }
    case 's3': {
      // On Node 20 the SDK would warn on every run; its version is pinned to one that supports it.
      process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true'
      const { s3Store } = await import('../../stores/s3-store.js')
      return s3Store({ ...configured, clock })
    }
    case 'gcs': {
      const { gcsStore } = await import('../../stores/gcs-store.js')
      return gcsStore({ ...configured, clock })
    }
    case 'azure': {
      const { azureStore } = await import('../../stores/azure-store.js')
      return azureStore({ ...configured, clock })
    }
    case 'github-branch': {
      const { gitHubBranchStore } = await import('../../stores/github-branch-store.js')
      return gitHubBranchStore({ ...configured, clock })
    }
    case 'github-release': {
      const { gitHubReleaseStore } = await import('../../stores/github-release-store.js')
      return gitHubReleaseStore({ ...configured, clock })
    }
  }
}
