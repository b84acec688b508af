import type { ContainerClient } from '@azure/storage-blob'
import { askService, type Asking, type RequestOptions } from '../remote/ask-service.js'
import { remoteError } from '../remote/fault.js'
import type { AzurePlace } from './azure-place.js'

type Ask<T> = (container: ContainerClient, options: RequestOptions) => Promise<T>

/** Asks the service as `askService` does. */
export async function askAzure<T>(place: AzurePlace, asking: Asking, ask: Ask<T>): Promise<T> {
  const container = await place.client()
  return await askService(place, asking, (options) => ask(container, options))
}

/** The same, with every fault as an error of ours. */
export async function askAzureOrFail<T>(
  place: AzurePlace,
  asking: Asking,
  ask: Ask<T>,
): Promise<T> {
  try {
    return await askAzure(place, asking, ask)
  } catch (error) {
    throw remoteError(error, asking.what, place)
  }
}
