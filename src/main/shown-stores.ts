import type { Settings } from '../config/config-schema.js'
import { configuredStores, type ConfiguredStore } from '../config/configured-stores.js'
import { configFileName } from '../config/given-settings.js'
import { shownAddress } from '../config/shown-address.js'
import type { ShownStore } from '../http/admin/admin-desk.js'
import type { ProcessContext } from './process-context.js'

/** The configured stores, for people to look at. No store is opened for it. */
export function shownStores(context: ProcessContext): ShownStore[] {
  const config = context.config()
  return configuredStores(config).map((store) => ({
    name: store.name,
    ...placeOf(store),
    policy: store.policy,
    ...settingsOf(store, config.settings),
  }))
}

function placeOf(store: ConfiguredStore): Pick<ShownStore, 'kind' | 'place' | 'path'> {
  switch (store.kind) {
    case 'disk':
      return { kind: 'A folder', place: 'on this machine', path: store.path }
    case 's3': {
      const { bucket, region, endpoint, prefix } = store
      const where = endpoint === undefined ? `in ${region}` : `at ${shownAddress(endpoint)}`
      return { kind: 'S3', place: `bucket ${bucket}${below(prefix)}, ${where}`, path: null }
    }
    case 'gcs': {
      const { bucket, endpoint, prefix } = store
      const where = endpoint === undefined ? '' : `, at ${shownAddress(endpoint)}`
      const place = `bucket ${bucket}${below(prefix)}${where}`
      return { kind: 'Google Cloud Storage', place, path: null }
    }
    case 'azure': {
      const { container, account, endpoint, prefix } = store
      const where = endpoint === undefined ? account : shownAddress(endpoint)
      const place = `container ${container}${below(prefix)}, ${where}`
      return { kind: 'Azure Blob Storage', place, path: null }
    }
    case 'github-branch': {
      const { repository, branch = usualName, prefix } = store
      const place = `${repository}, branch ${branch}${below(prefix ?? '')}`
      return { kind: 'A branch on GitHub', place, path: null }
    }
    case 'github-release': {
      const { repository, tag = usualName } = store
      return { kind: 'A release on GitHub', place: `${repository}, tag ${tag}`, path: null }
    }
  }
}

/** Of a branch and a tag. */
const usualName = 'octavo-backups'

function below(prefix: string): string {
  return prefix === '' ? '' : ` below ${prefix}`
}

const ofVariables: Readonly<Record<string, string>> = {
  s3: 'S3_BUCKET',
  gcs: 'GCS_BUCKET',
  azure: 'AZURE_STORAGE_CONTAINER',
  disk: 'BACKUP_DIR',
}

function settingsOf(
  { name }: ConfiguredStore,
  settings: Settings,
): Pick<ShownStore, 'setting' | 'policySetting'> {
  const entry = settings.stores?.get(name)
  const setting = entry ? `stores.${name} in ${configFileName}` : (ofVariables[name] ?? name)
  if (entry?.retention) return { setting, policySetting: `stores.${name}.retention` }
  const { retention, retentionDays, backupRetentionDays, maxBackups } = settings
  const said = [
    ...(retention === undefined ? [] : ['retention']),
    ...(retentionDays === undefined ? [] : ['RETENTION_DAYS']),
    ...(backupRetentionDays === undefined ? [] : ['BACKUP_RETENTION_DAYS']),
    ...(maxBackups === undefined ? [] : ['MAX_BACKUPS']),
  ]
  return { setting, policySetting: said.length === 0 ? null : said.join(', ') }
}
