import { configInvalid, type ConfigMistake } from './config-mistakes.js'
import type { Settings } from './config-schema.js'
import { configFileName, type Environment } from './given-settings.js'
import type { StoreEntry } from './store-settings.js'
import {
  azureOfSettings,
  configuredAzure,
  type ConfiguredAzure,
} from './stores/configured-azure.js'
import { configuredDisk, diskOfSettings, type ConfiguredDisk } from './stores/configured-disk.js'
import { configuredGcs, gcsOfSettings, type ConfiguredGcs } from './stores/configured-gcs.js'
import {
  configuredGitHubBranch,
  configuredGitHubRelease,
  type ConfiguredGitHub,
} from './stores/configured-github.js'
import { configuredS3, s3OfSettings, type ConfiguredS3 } from './stores/configured-s3.js'
import { storePolicy } from './stores/store-policy.js'
import type { StoreCommon, StoreReading } from './stores/store-reading.js'

export type ConfiguredStore =
  ConfiguredDisk | ConfiguredS3 | ConfiguredGcs | ConfiguredAzure | ConfiguredGitHub

const usualFolder = 'backups'

export interface StorePlace {
  readonly settings: Settings
  /** Where relative paths begin. */
  readonly folder: string
  /** What the variables that entries name are looked up in. */
  readonly variables: Environment
}

/**
 * The stores by their names: those of `stores` in the file, and those that variables make (`disk` at
 * BACKUP_DIR, `s3` at S3_BUCKET, others alike). Throws one `config-invalid` that names every mistake.
 */
export function configuredStores({ settings, folder, variables }: StorePlace): ConfiguredStore[] {
  const mistakes: ConfigMistake[] = []
  const entries = new Map<string, StoreEntry>(settings.stores)
  const add = (name: string, setting: string, entry: StoreEntry | null): void => {
    if (entry === null) return
    if (entries.has(name)) mistakes.push(twice(name, setting))
    else entries.set(name, entry)
  }
  add('s3', 'S3_BUCKET', s3OfSettings(settings))
  add('gcs', 'GCS_BUCKET', gcsOfSettings(settings))
  add('azure', 'AZURE_STORAGE_CONTAINER', azureOfSettings(settings))
  add('disk', 'BACKUP_DIR', diskOfSettings(settings))
  if (entries.size === 0) entries.set('disk', { type: 'disk', path: usualFolder })
  const policy = storePolicy(settings, mistakes)
  const stores = [...entries].map(([name, entry]) =>
    configuredStore({ name, policy: entry.retention ?? policy }, entry, {
      name,
      settings,
      environment: variables,
      folder,
      mistakes,
    }),
  )
  if (mistakes.length > 0) throw configInvalid(mistakes)
  return stores
}

function configuredStore(
  common: StoreCommon,
  entry: StoreEntry,
  reading: StoreReading,
): ConfiguredStore {
  switch (entry.type) {
    case 'disk':
      return configuredDisk(common, entry, reading)
    case 's3':
      return configuredS3(common, entry, reading)
    case 'gcs':
      return configuredGcs(common, entry, reading)
    case 'azure':
      return configuredAzure(common, entry, reading)
    case 'github-branch':
      return configuredGitHubBranch(common, entry, reading)
    case 'github-release':
      return configuredGitHubRelease(common, entry, reading)
  }
}

function twice(name: string, setting: string): ConfigMistake {
  return {
    setting,
    source: '',
    problem: `makes a store "${name}", and ${configFileName} has one of that name`,
    expected: 'left out, or the store in the file called something else',
  }
}
