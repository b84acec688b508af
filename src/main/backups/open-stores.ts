import type { ConfiguredStore } from '../../config/configured-stores.js'
import type { ConfiguredDisk } from '../../config/stores/configured-disk.js'
import type { Store } from '../../core/store.js'
import type { KeptStore } from '../../jobs/backup/backup-types.js'
import { openAzure } from './open-azure.js'
import { openGcs } from './open-gcs.js'
import { openGitHub } from './open-github.js'
import { openS3 } from './open-s3.js'

/** Each kind is loaded where one of it is configured: an SDK takes its time and memory. */
export async function openStores(configured: readonly ConfiguredStore[]): Promise<KeptStore[]> {
  const stores: KeptStore[] = []
  for (const one of configured) stores.push({ store: await openStore(one), policy: one.policy })
  return stores
}

async function openStore(configured: ConfiguredStore): Promise<Store> {
  switch (configured.kind) {
    case 'disk':
      return await openDisk(configured)
    case 's3':
      return await openS3(configured)
    case 'gcs':
      return await openGcs(configured)
    case 'azure':
      return await openAzure(configured)
    case 'github-branch':
    case 'github-release':
      return await openGitHub(configured)
  }
}

async function openDisk({ name, path }: ConfiguredDisk): Promise<Store> {
  const { diskStore } = await import('../../stores/disk-store.js')
  return diskStore({ name, folder: path })
}
