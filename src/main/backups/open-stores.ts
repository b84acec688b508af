import type { ConfiguredS3, ConfiguredStore } from '../../config/configured-stores.js'
import type { Store } from '../../core/store.js'
import type { KeptStore } from '../../jobs/backup/backup-types.js'
import { systemClock } from '../system-clock.js'

/** Each kind is loaded where one of it is configured: an SDK takes its time and memory. */
export async function openStores(configured: readonly ConfiguredStore[]): Promise<KeptStore[]> {
  const stores: KeptStore[] = []
  for (const one of configured) stores.push({ store: await openStore(one), policy: one.policy })
  return stores
}

async function openStore(configured: ConfiguredStore): Promise<Store> {
  if (configured.kind === 's3') return openS3(configured)
  const { diskStore } = await import('../../stores/disk-store.js')
  return diskStore({ name: configured.name, folder: configured.path })
}

async function openS3(configured: ConfiguredS3): Promise<Store> {
  // On Node 20 the SDK would warn on every run; its version is pinned to one that supports it.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true'
  const { s3Store } = await import('../../stores/s3-store.js')
  const { name, region, bucket, prefix, forcePathStyle, endpoint, sessionToken } = configured
  const { accessKeyId, secretAccessKey } = configured
  return s3Store({
    name,
    region,
    bucket,
    prefix,
    forcePathStyle,
    accessKeyId,
    secretAccessKey,
    ...(endpoint !== undefined && { endpoint }),
    ...(sessionToken !== undefined && { sessionToken }),
    clock: systemClock,
  })
}
