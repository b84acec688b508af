import { createHash, timingSafeEqual } from 'node:crypto'
import type { Caller, KeptKey, Scope } from '../core/access.js'
import type { Clock } from '../core/clock.js'

/** Whose key it is; null for one that is not known. The time tells neither the key nor which one it is. */
export type Keyring = (key: string) => Promise<Caller | null>

export interface KeyringParts {
  /** Of BACKUP_API_KEY. */
  readonly keys: readonly string[]
  /** Those that `octavo key` made, as they are now. */
  readonly keptKeys?: (() => Promise<readonly KeptKey[]>) | undefined
  readonly clock: Clock
}

/**
 * BACKUP_API_KEY lies in workflows and settings of a host: it reads what an export would give, and
 * changes nothing. Who may do more has a key that was made for it.
 */
const scopesOfSetting: ReadonlySet<Scope> = new Set<Scope>(['export', 'metrics'])

interface Known {
  readonly digest: Buffer
  readonly caller: Caller
}

export function createKeyring({ keys, keptKeys, clock }: KeyringParts): Keyring {
  const ofSetting = keys.map((key): Known => {
    return { digest: digest(key), caller: { name: 'BACKUP_API_KEY', scopes: scopesOfSetting } }
  })
  return async (key) => {
    const given = digest(key)
    const now = clock.now()
    const kept = (await keptKeys?.()) ?? []
    const known = [...ofSetting, ...kept.filter((one) => isValid(one, now)).map(toKnown)]
    // Each one is compared, also after a match.
    const matching = known.filter((one) => timingSafeEqual(one.digest, given))
    return matching[0]?.caller ?? null
  }
}

function isValid({ expiresAt }: KeptKey, now: Date): boolean {
  return expiresAt === null || now < expiresAt
}

function toKnown({ name, scopes, sha256 }: KeptKey): Known {
  return {
    digest: Buffer.from(sha256, 'hex'),
    caller: { name: `key ${name}`, scopes: new Set(scopes) },
  }
}

/** Equal lengths for every key, so that not even the length shows. */
function digest(key: string): Buffer {
  return createHash('sha256').update(key).digest()
}
