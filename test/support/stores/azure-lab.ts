import { ContainerClient, StorageSharedKeyCredential } from '@azure/storage-blob'
import type { Store } from '../../../src/core/store.js'
import { azureStore } from '../../../src/stores/azure-store.js'
import type { AzureStoreOptions } from '../../../src/stores/azure/azure-options.js'
import { account, accountKey } from '../azurite/azurite.js'
import { quickClock } from './quick-clock.js'

export const mebibyte = 1024 * 1024

/** A container of an Azurite, and stores in it; each place is a prefix of its own. */
export interface AzureLab {
  /** Past everything of ours, to look at what is there. */
  readonly container: ContainerClient
  newPlace(): string
  endpoint(port?: number): string
  store(place: string, options?: Partial<AzureStoreOptions>): Store
  names(place: string): Promise<string[]>
  /** With those of which there are only blocks. */
  begun(place: string): Promise<string[]>
}

export async function azureLab(port: number): Promise<AzureLab> {
  const endpoint = (at = port): string => `http://127.0.0.1:${at}/${account}`
  const credential = new StorageSharedKeyCredential(account, accountKey)
  const container = new ContainerClient(`${endpoint()}/backups`, credential)
  await container.create()
  let places = 0
  const found = async (place: string, includeUncommitedBlobs: boolean): Promise<string[]> => {
    const names: string[] = []
    for await (const { name } of container.listBlobsFlat({
      prefix: `${place}/`,
      includeUncommitedBlobs,
    }))
      names.push(name)
    return names
  }
  return {
    container,
    newPlace: () => `place-${(places += 1)}`,
    endpoint,
    store: (prefix, options = {}) =>
      azureStore({
        name: 'azure',
        account,
        access: { key: accountKey },
        endpoint: endpoint(),
        container: 'backups',
        prefix,
        clock: quickClock,
        sizes: { blockBytes: 4 * mebibyte, pageSize: 30 },
        ...options,
      }),
    names: (place) => found(place, false),
    begun: (place) => found(place, true),
  }
}
