import type { Settings } from '../config-schema.js'
import type { EntryOf } from '../store-settings.js'
import { requiredSecret, type StoreCommon, type StoreReading } from './store-reading.js'

export interface ConfiguredS3 extends StoreCommon {
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

/** The entry that S3_BUCKET stands for. */
export function s3OfSettings(settings: Settings): EntryOf<'s3'> | null {
  const { s3Bucket: bucket, s3Region: region, s3Endpoint: endpoint, s3Prefix: prefix } = settings
  return bucket === undefined ? null : { type: 's3', bucket, region, endpoint, prefix }
}

export function configuredS3(
  common: StoreCommon,
  entry: EntryOf<'s3'>,
  reading: StoreReading,
): ConfiguredS3 {
  const { awsAccessKeyId, awsSecretAccessKey, awsSessionToken } = reading.settings
  const { accessKeyIdEnv, secretAccessKeyEnv, sessionTokenEnv } = entry
  // A token belongs to its key.
  const usualToken = accessKeyIdEnv === undefined ? awsSessionToken : undefined
  return {
    kind: 's3',
    ...common,
    bucket: entry.bucket,
    region: entry.region ?? 'us-east-1',
    endpoint: entry.endpoint,
    prefix: entry.prefix ?? '',
    forcePathStyle: entry.forcePathStyle ?? entry.endpoint !== undefined,
    accessKeyId: requiredSecret(reading, accessKeyIdEnv, {
      setting: 'AWS_ACCESS_KEY_ID',
      value: awsAccessKeyId,
    }),
    secretAccessKey: requiredSecret(reading, secretAccessKeyEnv, {
      setting: 'AWS_SECRET_ACCESS_KEY',
      value: awsSecretAccessKey,
    }),
    sessionToken:
      sessionTokenEnv === undefined
        ? usualToken
        : requiredSecret(reading, sessionTokenEnv, { setting: sessionTokenEnv, value: undefined }),
  }
}
