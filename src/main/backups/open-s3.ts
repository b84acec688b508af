import type { ConfiguredS3 } from '../../config/stores/configured-s3.js'
import type { Store } from '../../core/store.js'
import { systemClock } from '../system-clock.js'

export async function openS3(configured: ConfiguredS3): Promise<Store> {
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
