import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto'
import { Refusal } from './gcs-bucket.js'

export interface GcsKeys {
  /** What the file of the service account holds. */
  readonly account: Readonly<Record<string, string>>
  /** Those that the double gave out. */
  readonly tokens: Set<string>
}

const scopes = ['devstorage.read_write', 'devstorage.full_control', 'cloud-platform']

export function newKeys(): GcsKeys {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  })
  const account = {
    type: 'service_account',
    project_id: 'lab',
    private_key_id: 'octavo-test-key',
    private_key: privateKey,
    client_email: 'octavo@lab.iam.gserviceaccount.com',
    client_id: '1',
  }
  return { account, tokens: new Set() }
}

/** A token that was given out, or one that the key of the account signed, for this use and for now. */
export function checkBearer({ account, tokens }: GcsKeys, header: string | undefined): void {
  const token = /^Bearer (.+)$/.exec(header ?? '')?.[1]
  if (token !== undefined && (tokens.has(token) || isSigned(token, account))) return
  throw new Refusal(401, 'authError', 'Invalid Credentials')
}

function isSigned(token: string, account: GcsKeys['account']): boolean {
  const [head = '', claims = '', signature = ''] = token.split('.')
  const publicKey = createPublicKey(String(account['private_key']))
  const signed = Buffer.from(`${head}.${claims}`)
  if (!verify('sha256', signed, publicKey, Buffer.from(signature, 'base64url'))) return false
  const { iss, exp, scope } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as {
    readonly iss?: string
    readonly exp?: number
    readonly scope?: string
  }
  const allowed = scopes.some((one) => scope?.includes(`https://www.googleapis.com/auth/${one}`))
  return iss === account['client_email'] && (exp ?? 0) > Date.now() / 1000 && allowed
}
