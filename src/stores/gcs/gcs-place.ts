import type { Agent } from 'node:http'
import { patientAgent } from '../remote/agents.js'
import { usualPace } from '../remote/pace.js'
import { hostOf, isThisMachine, prefixOf, type RemotePlace } from '../remote/remote-place.js'
import { gcsFaults } from './gcs-fault.js'
import {
  usualSizes,
  type GcsCredentials,
  type GcsSizes,
  type GcsStoreOptions,
} from './gcs-options.js'
import { requestSigner, type RequestSigner } from './request-signer.js'

/** A bucket, and what every call to it needs. */
export interface GcsPlace extends RemotePlace {
  readonly bucket: string
  /** Without a `/` at its end. */
  readonly endpoint: string
  readonly agent: Agent
  readonly sizes: GcsSizes
  readonly sign: RequestSigner
}

const google = 'https://storage.googleapis.com'

export function gcsPlace(options: GcsStoreOptions): GcsPlace {
  const { bucket, credentials } = options
  const endpoint = (options.endpoint ?? google).replace(/\/+$/, '')
  const host = hostOf(endpoint, options.name)
  const prefix = prefixOf(options.prefix ?? '')
  const pace = { ...usualPace, ...options.pace }
  return {
    shown: `Google ${bucket}/${prefix}${endpoint === google ? '' : ` at ${host}`}`,
    local: isThisMachine(host),
    bucket,
    prefix,
    endpoint,
    agent: patientAgent(endpoint, pace),
    clock: options.clock,
    pace,
    sizes: { ...usualSizes, ...options.sizes },
    faults: gcsFaults({ bucket, secrets: secretsOf(credentials) }),
    sign: requestSigner(credentials, {
      ofGoogle: /(^|\.)googleapis\.com(:\d+)?$/.test(host),
      patienceMs: pace.idleMs,
    }),
  }
}

function secretsOf(credentials: GcsCredentials): string[] {
  const secrets = [
    credentials['private_key'],
    credentials['client_secret'],
    credentials['refresh_token'],
  ]
  return secrets.filter((secret) => typeof secret === 'string')
}
