import type { ConfiguredGcs } from '../../config/stores/configured-gcs.js'
import type { Store } from '../../core/store.js'
import { systemClock } from '../system-clock.js'

export async function openGcs({
  name,
  bucket,
  prefix,
  endpoint,
  credentials,
}: ConfiguredGcs): Promise<Store> {
  const { gcsStore } = await import('../../stores/gcs-store.js')
  return gcsStore({
    name,
    bucket,
    prefix,
    credentials,
    ...(endpoint !== undefined && { endpoint }),
    clock: systemClock,
  })
}
