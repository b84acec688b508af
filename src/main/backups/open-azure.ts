import type { ConfiguredAzure } from '../../config/stores/configured-azure.js'
import type { Store } from '../../core/store.js'
import { systemClock } from '../system-clock.js'

export async function openAzure({
  name,
  container,
  prefix,
  endpoint,
  account,
  access,
}: ConfiguredAzure): Promise<Store> {
  const { azureStore } = await import('../../stores/azure-store.js')
  return azureStore({
    name,
    container,
    prefix,
    account,
    access,
    ...(endpoint !== undefined && { endpoint }),
    clock: systemClock,
  })
}
