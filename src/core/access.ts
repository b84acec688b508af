/** What a key may open; `docs/keys.md` says which requests each one is for. */
export const scopes = ['export', 'manage', 'restore', 'metrics'] as const

export type Scope = (typeof scopes)[number]

/** What a scope opens, in the words of people. */
export const scopeWords: Readonly<Record<Scope, string>> = {
  export: 'exports, and downloads of kept backups',
  manage: 'make, verify, pin and remove backups',
  restore: 'restore into a configured database, and undo it',
  metrics: 'the numbers for Prometheus, and what the health check found',
}

/** Who asks the service for something. */
export interface Caller {
  /** For the audit trail and the history: `key deploy`, `BACKUP_API_KEY`, `account ada`. */
  readonly name: string
  readonly scopes: ReadonlySet<Scope>
}

/** A key as it is kept. Of the key itself there is only a digest: nobody can read it back. */
export interface KeptKey {
  readonly name: string
  readonly scopes: readonly Scope[]
  /** Of the key, hexadecimal. A plain digest is enough: a key of 256 random bits is not guessed. */
  readonly sha256: string
  readonly createdAt: Date
  /** Null: until it is revoked. */
  readonly expiresAt: Date | null
}

export type WantedKey = Pick<KeptKey, 'name' | 'scopes' | 'expiresAt'>

export interface FoundKeys {
  /** By name. */
  readonly keys: readonly KeptKey[]
  /** Files that can't be read as keys, one sentence each: they open nothing. */
  readonly faults: readonly string[]
}

/** The keys of the service, for people who make and end them. */
export interface KeyBook {
  list(): Promise<FoundKeys>
  /** The key itself, which is told this once. `usage` for a name that is none or is taken. */
  create(wanted: WantedKey): Promise<string>
  /** It opens nothing any more when this resolves. `not-found`. */
  revoke(name: string): Promise<void>
}

/** Something that was asked for, and what became of it. */
export interface AuditEntry {
  readonly at: Date
  /**
   * `key deploy`, `BACKUP_API_KEY`, `account ada` or `staff ada` on the admin pages, or the account of the
   * system behind a command: `user root`.
   */
  readonly who: string
  /** The address that asked; null on the machine itself. */
  readonly from: string | null
  readonly action: AuditedAction
  /** What it was done to: the id of a backup, the name of a database, a key or an account. */
  readonly subject: string | null
  readonly outcome: AuditOutcome
  /** The error's code and message, or what else there is to know; never a secret. */
  readonly detail: string | null
}

/** `begun` stands before what changes data: a process that is killed leaves that line at least. */
export const auditOutcomes = ['begun', 'done', 'failed', 'refused'] as const

export type AuditOutcome = (typeof auditOutcomes)[number]

export const auditedActions = [
  'export',
  'download',
  'backup',
  'verify',
  'pin',
  'unpin',
  'remove',
  'prune',
  'restore',
  'undo',
  'compare',
  'inspect',
  'sync',
  'key-create',
  'key-revoke',
  'login',
  'logout',
  'user-create',
  'user-change',
  'user-remove',
  'session-end',
  'check-store',
  'test-channel',
] as const

export type AuditedAction = (typeof auditedActions)[number]

/** What is noted when it begins, too: it changes what nothing else would tell of. */
export const notedFirst: ReadonlySet<AuditedAction> = new Set<AuditedAction>([
  'restore',
  'undo',
  'sync',
  'remove',
])

/** Notes what was done. Resolves when it is on disk; the time is that of the call. */
export type Audit = (entry: Omit<AuditEntry, 'at'>) => Promise<void>

/** A part of the audit trail. Null: whatever it is. */
export interface AuditWish {
  /** A part of who it was, in any case. */
  readonly who: string | null
  readonly action: AuditedAction | null
  readonly outcome: AuditOutcome | null
  /** Only what stands before this place, which an earlier page gave; null: from the newest on. */
  readonly before: number | null
  readonly limit: number
}

export interface AuditPage {
  /** Newest first. */
  readonly entries: readonly AuditEntry[]
  /** Where the next page begins; null where there is nothing older. */
  readonly next: number | null
  /** Whether the search was given up here: the page holds less than was wished, and `next` goes on. */
  readonly isCut: boolean
}
