import type { AuditEntry, Scope } from '../core/access.js'
import type { Action } from './actions.js'

export interface CreateKeyRequest {
  readonly name: string
  readonly scopes: readonly Scope[]
  /** How long it opens anything; null: until it is revoked. */
  readonly days: number | null
}

export interface CreatedKey {
  /** Secret, and told this once. */
  readonly key: string
  readonly name: string
  readonly scopes: readonly Scope[]
  readonly expiresAt: Date | null
}

export interface KeyReport {
  readonly keys: readonly {
    readonly name: string
    readonly scopes: readonly Scope[]
    readonly createdAt: Date
    readonly expiresAt: Date | null
    readonly isExpired: boolean
  }[]
  readonly warnings: readonly string[]
}

export interface AuditReport {
  /** Newest first. */
  readonly entries: readonly AuditEntry[]
}

/** What the commands about keys and the audit trail do. */
export interface AccessActions {
  readonly createKey: Action<CreateKeyRequest, CreatedKey>
  readonly listKeys: Action<null, KeyReport>
  readonly revokeKey: Action<{ readonly name: string }, void>
  readonly readAudit: Action<{ readonly last: number }, AuditReport>
}
