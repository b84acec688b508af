import type { ContainerClient, StoragePipelineOptions } from '@azure/storage-blob'
import type { Agent } from 'node:http'
import { patientAgent } from '../remote/agents.js'
import { usualPace } from '../remote/pace.js'
import { hostOf, isThisMachine, prefixOf, type RemotePlace } from '../remote/remote-place.js'
import { azureFaults } from './azure-fault.js'
import { usualSizes, type AzureSizes, type AzureStoreOptions } from './azure-options.js'

/** A container, and what every call to it needs. */
export interface AzurePlace extends RemotePlace {
  readonly sizes: AzureSizes
  /** Loads the SDK at the first call. */
  client(): Promise<ContainerClient>
  close(): void
}

export function azurePlace(options: AzureStoreOptions): AzurePlace {
  const { account, access, container, name } = options
  const endpoint = options.endpoint ?? `https://${account}.blob.core.windows.net`
  const host = hostOf(endpoint, name)
  const prefix = prefixOf(options.prefix ?? '')
  const pace = { ...usualPace, ...options.pace }
  const agent = patientAgent(endpoint, pace)
  let opened: Promise<ContainerClient> | undefined
  return {
    shown: `Azure ${container}/${prefix} at ${host}`,
    local: isThisMachine(host),
    prefix,
    clock: options.clock,
    pace,
    sizes: { ...usualSizes, ...options.sizes },
    faults: azureFaults({ container, secrets: secretsOf(access) }),
    client: () => (opened ??= openClient(options, endpoint, agent)),
    close: () => agent.destroy(),
  }
}

function secretsOf(access: AzureStoreOptions['access']): string[] {
  if ('key' in access) return [access.key]
  const sent = new URLSearchParams(access.signature).get('sig') ?? ''
  return [access.signature, access.signature.replace(/^\?/, ''), sent]
}

async function openClient(
  { account, access, container }: AzureStoreOptions,
  endpoint: string,
  agent: Agent,
): Promise<ContainerClient> {
  const { AnonymousCredential, ContainerClient, StorageSharedKeyCredential, newPipeline } =
    await import('@azure/storage-blob')
  const credential =
    'key' in access
      ? new StorageSharedKeyCredential(account, access.key)
      : new AnonymousCredential()
  const signature = 'key' in access ? '' : `?${access.signature.replace(/^\?/, '')}`
  const pipelineOptions: StoragePipelineOptions & { agent: Agent } = {
    // Tried again by us: an object that was written although the answer got lost is not taken.
    retryOptions: { maxTries: 1 },
    // The SDK hands it on to its core, whose options know it. Its own agents could not be ended.
    agent,
  }
  const url = `${endpoint.replace(/\/+$/, '')}/${encodeURIComponent(container)}${signature}`
  return new ContainerClient(url, newPipeline(credential, pipelineOptions))
}
