import type { S3 } from '@aws-sdk/client-s3'
import type { Clock } from '../../core/clock.js'
import { OctavoError } from '../../core/errors.js'
import { signBodies } from './request-body.js'
import {
  usualPace,
  usualSizes,
  type S3Pace,
  type S3Sizes,
  type S3StoreOptions,
} from './s3-options.js'

/** A bucket, and what every call to it needs. */
export interface S3Place {
  /** `S3 bucket/prefix/ at host`. */
  readonly shown: string
  readonly local: boolean
  readonly bucket: string
  readonly prefix: string
  readonly region: string
  readonly clock: Clock
  readonly pace: S3Pace
  readonly sizes: S3Sizes
  /** What no message may hold. */
  readonly secrets: readonly string[]
  /** What the service turned out not to know, until the store is closed. */
  readonly lacks: { conditions: boolean }
  /** Loads the SDK at the first call. */
  client(): Promise<S3>
  close(): Promise<void>
}

export function s3Place(options: S3StoreOptions): S3Place {
  const { endpoint, region, bucket, secretAccessKey, sessionToken } = options
  const host = endpoint === undefined ? null : hostOf(endpoint, options.name)
  const prefix = prefixOf(options.prefix ?? '')
  const pace = { ...usualPace, ...options.pace }
  let opened: Promise<S3> | undefined
  return {
    shown: `S3 ${bucket}/${prefix} ${host === null ? `in ${region}` : `at ${host}`}`,
    local: host !== null && /^(localhost|127\.[\d.]+|\[::1\])(:\d+)?$/.test(host),
    bucket,
    prefix,
    region,
    clock: options.clock,
    pace,
    sizes: { ...usualSizes, ...options.sizes },
    secrets: [secretAccessKey, sessionToken ?? ''].filter((secret) => secret !== ''),
    lacks: { conditions: false },
    client: () => (opened ??= openClient(options, pace)),
    close: async () => (await opened)?.destroy(),
  }
}

async function openClient(options: S3StoreOptions, pace: S3Pace): Promise<S3> {
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

function hostOf(endpoint: string, name: string): string {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : null
  if (url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '')
    return url.host
  throw new OctavoError('config-invalid', `the endpoint of the store ${name} is no address`, {
    hint: 'Give it as https://HOST or https://HOST:PORT, without credentials.',
  })
}

function prefixOf(prefix: string): string {
  const trimmed = prefix.replaceAll(/^\/+|\/+$/g, '')
  return trimmed === '' ? '' : `${trimmed}/`
}
