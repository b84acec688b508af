import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { messageOf } from '../../core/message-of.js'
import type { Settings } from '../config-schema.js'
import type { EntryOf } from '../store-settings.js'
import { googleCredentials, type GoogleCredentials } from './google-credentials.js'
import type { StoreCommon, StoreReading } from './store-reading.js'

export interface ConfiguredGcs extends StoreCommon {
  readonly kind: 'gcs'
  readonly bucket: string
  readonly prefix: string
  readonly endpoint: string | undefined
  readonly credentials: GoogleCredentials
}

/** The entry that GCS_BUCKET stands for. */
export function gcsOfSettings(settings: Settings): EntryOf<'gcs'> | null {
  const { gcsBucket: bucket, gcsPrefix: prefix, gcsEndpoint: endpoint } = settings
  return bucket === undefined ? null : { type: 'gcs', bucket, prefix, endpoint }
}

export function configuredGcs(
  common: StoreCommon,
  entry: EntryOf<'gcs'>,
  reading: StoreReading,
): ConfiguredGcs {
  return {
    kind: 'gcs',
    ...common,
    bucket: entry.bucket,
    prefix: entry.prefix ?? '',
    endpoint: entry.endpoint,
    credentials: credentialsOf(entry, reading),
  }
}

function credentialsOf(entry: EntryOf<'gcs'>, reading: StoreReading): GoogleCredentials {
  const { settings, environment, folder, mistakes, name } = reading
  const wrong = (setting: string, problem: string): GoogleCredentials => {
    const expected = 'the JSON that Google gives for a key of a service account'
    mistakes.push({ setting, source: '', problem, expected })
    return {}
  }
  const { text, path, setting } = given(entry, settings, environment)
  if (text === undefined && path === undefined)
    return wrong(setting, `is missing, which the store "${name}" needs`)
  try {
    return googleCredentials(text ?? readFileSync(resolve(folder, path ?? ''), 'utf8'), (problem) =>
      wrong(setting, problem),
    )
  } catch (error) {
    return wrong(setting, `can't be read: ${messageOf(error)}`)
  }
}

interface Given {
  readonly setting: string
  readonly text?: string | undefined
  readonly path?: string | undefined
}

function given(
  { credentialsEnv, credentialsFile }: EntryOf<'gcs'>,
  { gcsCredentials, googleApplicationCredentials }: Settings,
  environment: StoreReading['environment'],
): Given {
  if (credentialsEnv !== undefined)
    return { setting: credentialsEnv, text: environment[credentialsEnv]?.trim() || undefined }
  if (credentialsFile !== undefined) return { setting: 'credentialsFile', path: credentialsFile }
  if (gcsCredentials !== undefined) return { setting: 'GCS_CREDENTIALS', text: gcsCredentials }
  return { setting: 'GOOGLE_APPLICATION_CREDENTIALS', path: googleApplicationCredentials }
}
