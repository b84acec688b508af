import { resolve } from 'node:path'
import type { RetentionPolicy } from '../core/retention/policy.js'
import { configInvalid, type ConfigMistake } from './config-mistakes.js'
import type { Settings } from './config-schema.js'
import { configFileName, type Environment } from './given-settings.js'
import type { StoreEntry } from './store-settings.js'

interface Common {
  readonly name: string
  readonly policy: RetentionPolicy
}

export interface ConfiguredDisk extends Common {
  readonly kind: 'disk'
  /** Absolute. */
  readonly path: string
}

export interface ConfiguredS3 extends Common {
  readonly kind: 's3'
  readonly bucket: string
  readonly region: string
  readonly endpoint: string | undefined
  readonly prefix: string
  readonly forcePathStyle: boolean
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string | undefined
}

export type ConfiguredStore = ConfiguredDisk | ConfiguredS3

/** Enough for a month of days and a year of months, where nothing was said. */
export const usualPolicy: RetentionPolicy = { last: 8, daily: 30, monthly: 12 }

const usualFolder = 'backups'

export interface StorePlace {
  readonly settings: Settings
  /** Where relative paths begin. */
  readonly folder: string
}

/**
 * The stores by their names: those of `stores` in the file, `disk` at BACKUP_DIR, `s3` at S3_BUCKET.
 * Throws one `config-invalid` that names every mistake.
 */
export function configuredStores(
  { settings, folder }: StorePlace,
  environment: Environment,
): ConfiguredStore[] {
  const mistakes: ConfigMistake[] = []
  const entries = new Map<string, StoreEntry>(settings.stores)
  const add = (name: string, setting: string, entry: StoreEntry): void => {
    if (entries.has(name)) mistakes.push(twice(name, setting))
    else entries.set(name, entry)
  }
  const { backupDir, s3Bucket: bucket } = settings
  if (bucket !== undefined)
    add('s3', 'S3_BUCKET', {
      type: 's3',
      bucket,
      region: settings.s3Region,
      endpoint: settings.s3Endpoint,
      prefix: settings.s3Prefix,
    })
  if (backupDir !== undefined || entries.size === 0)
    add('disk', 'BACKUP_DIR', { type: 'disk', path: backupDir ?? usualFolder })
  const policy = policyOf(settings, mistakes)
  const stores = [...entries].map(([name, entry]): ConfiguredStore => {
    const common = { name, policy: entry.retention ?? policy }
    if (entry.type === 'disk') return { kind: 'disk', ...common, path: resolve(folder, entry.path) }
    return { kind: 's3', ...common, ...s3Parts(name, entry, { settings, environment, mistakes }) }
  })
  if (mistakes.length > 0) throw configInvalid(mistakes)
  return stores
}

interface S3Context {
  readonly settings: Settings
  readonly environment: Environment
  readonly mistakes: ConfigMistake[]
}

function s3Parts(
  name: string,
  entry: Extract<StoreEntry, { type: 's3' }>,
  { settings, environment, mistakes }: S3Context,
) {
  const secret = (variable: string | undefined, usual: string | undefined, usualName: string) => {
    const value = variable === undefined ? usual : environment[variable]?.trim()
    if (value) return value
    mistakes.push({
      setting: variable ?? usualName,
      source: '',
      problem: `is missing, which the store "${name}" needs`,
      expected: 'set in the environment or in .env',
    })
    return ''
  }
  const { awsAccessKeyId, awsSecretAccessKey, awsSessionToken } = settings
  const { accessKeyIdEnv, secretAccessKeyEnv, sessionTokenEnv } = entry
  const ownKey = accessKeyIdEnv !== undefined
  return {
    bucket: entry.bucket,
    region: entry.region ?? 'us-east-1',
    endpoint: entry.endpoint,
    prefix: entry.prefix ?? '',
    forcePathStyle: entry.forcePathStyle ?? entry.endpoint !== undefined,
    accessKeyId: secret(accessKeyIdEnv, awsAccessKeyId, 'AWS_ACCESS_KEY_ID'),
    secretAccessKey: secret(secretAccessKeyEnv, awsSecretAccessKey, 'AWS_SECRET_ACCESS_KEY'),
    sessionToken:
      sessionTokenEnv === undefined
        ? ownKey
          ? undefined
          : awsSessionToken
        : secret(sessionTokenEnv, undefined, sessionTokenEnv),
  }
}

/** Of the stores that say nothing of their own. */
function policyOf(settings: Settings, mistakes: ConfigMistake[]): RetentionPolicy {
  const { retention, retentionDays, backupRetentionDays, maxBackups } = settings
  if (retentionDays !== undefined && backupRetentionDays !== undefined)
    mistakes.push({
      setting: 'BACKUP_RETENTION_DAYS',
      source: '',
      problem: 'says the same as RETENTION_DAYS',
      expected: 'left out',
    })
  const olderThanDays = retentionDays ?? backupRetentionDays
  const limits = {
    ...(olderThanDays !== undefined && { olderThanDays }),
    ...(maxBackups !== undefined && { atMost: maxBackups }),
  }
  if (retention !== undefined) return { ...retention, ...limits }
  return Object.keys(limits).length > 0 ? limits : usualPolicy
}

function twice(name: string, setting: string): ConfigMistake {
  return {
    setting,
    source: '',
    problem: `makes a store "${name}", and ${configFileName} has one of that name`,
    expected: 'left out, or the store in the file called something else',
  }
}
