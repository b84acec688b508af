import type { Settings } from '../config-schema.js'
import type { EntryOf } from '../store-settings.js'
import { connectionString, type AzureAccount } from './connection-string.js'
import { requiredSecret, type StoreCommon, type StoreReading } from './store-reading.js'

export interface ConfiguredAzure extends StoreCommon {
  readonly kind: 'azure'
  readonly container: string
  readonly prefix: string
  readonly endpoint: string | undefined
  /** Empty where an endpoint and a signature say it. */
  readonly account: string
  readonly access: { readonly key: string } | { readonly signature: string }
}

/** The entry that AZURE_STORAGE_CONTAINER stands for. */
export function azureOfSettings(settings: Settings): EntryOf<'azure'> | null {
  const { azureStorageContainer: container, azureStoragePrefix: prefix } = settings
  const { azureStorageEndpoint: endpoint } = settings
  return container === undefined ? null : { type: 'azure', container, prefix, endpoint }
}

export function configuredAzure(
  common: StoreCommon,
  entry: EntryOf<'azure'>,
  reading: StoreReading,
): ConfiguredAzure {
  const { account, key, signature, endpoint, setting } = accountOf(entry, reading)
  const wrong = (problem: string, expected: string): void => {
    reading.mistakes.push({ setting, source: '', problem, expected })
  }
  const place = entry.endpoint ?? endpoint
  if (!account && (place === undefined || !signature))
    wrong('names no storage account', 'a connection string, or one for a blob endpoint')
  if (key !== undefined && !/^[A-Za-z0-9+/]+=*$/.test(key))
    wrong('holds a key that is damaged', 'the key as Azure shows it, in base64')
  if (key === undefined && !signature?.includes('sig='))
    wrong('holds neither a key nor a shared access signature', 'one that does')
  return {
    kind: 'azure',
    ...common,
    container: entry.container,
    prefix: entry.prefix ?? '',
    endpoint: place,
    account: account ?? '',
    access: key === undefined ? { signature: signature ?? '' } : { key },
  }
}

interface Found extends AzureAccount {
  /** What says so, for mistakes. */
  readonly setting: string
}

function accountOf(entry: EntryOf<'azure'>, reading: StoreReading): Found {
  const { settings } = reading
  const { connectionStringEnv, accountKeyEnv, sasTokenEnv } = entry
  const own = entry.account ?? accountKeyEnv ?? sasTokenEnv
  const whole = own === undefined ? settings.azureStorageConnectionString : undefined
  if (connectionStringEnv !== undefined || whole !== undefined) {
    const setting = connectionStringEnv ?? connection
    const text = requiredSecret(reading, connectionStringEnv, { setting, value: whole })
    // What is missing is told of once.
    return { setting, ...(text === '' ? unknown : connectionString(text)) }
  }
  const { azureStorageAccount: usualAccount, azureStorageSasToken, azureStorageKey } = settings
  const account = requiredSecret(reading, undefined, {
    setting: usualAccount === undefined && own === undefined ? connection : 'AZURE_STORAGE_ACCOUNT',
    value: entry.account ?? usualAccount,
  })
  if (account === '') return { setting: '', ...unknown }
  const usualSignature = accountKeyEnv === undefined ? azureStorageSasToken : undefined
  if (
    sasTokenEnv !== undefined ||
    (usualSignature !== undefined && azureStorageKey === undefined)
  ) {
    const setting = sasTokenEnv ?? 'AZURE_STORAGE_SAS_TOKEN'
    const signature = requiredSecret(reading, sasTokenEnv, { setting, value: usualSignature })
    if (signature === '') return { setting, ...unknown }
    return { setting, account, key: undefined, signature, endpoint: undefined }
  }
  const setting = accountKeyEnv ?? 'AZURE_STORAGE_KEY'
  const key = requiredSecret(reading, accountKeyEnv, { setting, value: azureStorageKey })
  if (key === '') return { setting, ...unknown }
  return { setting, account, key, signature: undefined, endpoint: undefined }
}

const connection = 'AZURE_STORAGE_CONNECTION_STRING'

/** In place of what is missing, which was told of: it is not told of twice. */
const unknown: AzureAccount = {
  account: 'unknown',
  key: 'unknown',
  signature: undefined,
  endpoint: undefined,
}
