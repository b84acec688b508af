import { createPrivateKey } from 'node:crypto'

/** What a file of credentials of Google holds. */
export type GoogleCredentials = Readonly<Record<string, unknown>>

/** What each kind holds besides its `type`. */
const kinds: Readonly<Record<string, readonly string[]>> = {
  service_account: ['client_email', 'private_key'],
  authorized_user: ['client_id', 'client_secret', 'refresh_token'],
  external_account: ['audience', 'subject_token_type', 'credential_source'],
  impersonated_service_account: ['service_account_impersonation_url', 'source_credentials'],
}

/** Reads credentials; what is wrong with them goes to `refuse`, never with a piece of them. */
export function googleCredentials(
  text: string,
  refuse: (problem: string) => GoogleCredentials,
): GoogleCredentials {
  const found = jsonOf(text)
  if (found === null) return refuse('holds no JSON object')
  const type = typeof found['type'] === 'string' ? found['type'] : ''
  const parts = Object.hasOwn(kinds, type) ? kinds[type] : undefined
  if (parts === undefined) return refuse('holds no credentials of a known type')
  const missing = parts.filter((part) => !found[part])
  if (missing.length > 0) return refuse(`lacks ${missing.join(', ')}`)
  if (type === 'service_account' && !isPrivateKey(String(found['private_key'])))
    return refuse('holds a private_key that is damaged: its line ends may be lost')
  return found
}

function jsonOf(text: string): Record<string, unknown> | null {
  try {
    const found: unknown = JSON.parse(text)
    if (typeof found !== 'object' || found === null || Array.isArray(found)) return null
    return { ...found }
  } catch {
    return null
  }
}

function isPrivateKey(text: string): boolean {
  try {
    return createPrivateKey(text).asymmetricKeyType === 'rsa'
  } catch {
    return false
  }
}
