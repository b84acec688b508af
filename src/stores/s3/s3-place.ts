import type { S3 } from '@aws-sdk/client-s3'
import { usualPace, type Pace } from '../remote/pace.js'
import { hostOf, isThisMachine, prefixOf, type RemotePlace } from '../remote/remote-place.js'
import { signBodies } from './request-body.js'
import { s3Faults } from './s3-fault.js'
import { usualSizes, type S3Sizes, type S3StoreOptions } from './s3-options.js'

/** A bucket, and what every call to it needs. */
export interface S3Place extends RemotePlace {
  readonly bucket: string
  readonly sizes: S3Sizes
  /** What the service turned out not to know, until the store is closed. */
  readonly lacks: { conditions: boolean }
  /** Loads the SDK at the first call. */
  client(): Promise<S3>
  close(): Promise<void>
}

export function s3Place(options: S3StoreOptions): S3Place {
  const { endpoint, region, bucket, accessKeyId, secretAccessKey, sessionToken = '' } = options
  const host = endpoint === undefined ? null : hostOf(endpoint, options.name)
  const prefix = prefixOf(options.prefix ?? '')
  const pace = { ...usualPace, ...options.pace }
  let opened: Promise<S3> | undefined
  return {
    shown: `S3 ${bucket}/${prefix} ${host === null ? `in ${region}` : `at ${host}`}`,
    local: host !== null && isThisMachine(host),
    bucket,
    prefix,
    clock: options.clock,
    pace,
    sizes: { ...usualSizes, ...options.sizes },
    faults: s3Faults({ bucket, region, secrets: [accessKeyId, secretAccessKey, sessionToken] }),
    lacks: { conditions: false },
    client: () => (opened ??= openClient(options, pace)),
    close: async () => (await opened)?.destroy(),
  }
}

async function openClient(options: S3StoreOptions, pace: Pace): Promise<S3> {
  const { S3 } = await import('@aws-sdk/client-s3')
  const { endpoint, region, accessKeyId, secretAccessKey, sessionToken, forcePathStyle } = options
  const s3 = new S3({
    region,
    ...(endpoint === undefined ? {} : { endpoint }),
    forcePathStyle: forcePathStyle ?? endpoint !== undefined,
    // An address in the environment or in ~/.aws is not one that our configuration names.
    ignoreConfiguredEndpointUrls: true,
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) },
    // Tried again by us: an object that was written although the answer got lost is not taken.
    maxAttempts: 1,
    // Others than AWS refuse headers that they do not know. Signatures hold a digest already.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    // What people need to know is in errors; its own words go to the console.
    logger: silent,
    requestHandler: { connectionTimeout: pace.connectMs, socketTimeout: pace.idleMs },
  })
  signBodies(s3)
  return s3
}

const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore }

function ignore(): void {
  return undefined
}
