import type { OctavoError } from '../errors.js'
import type { BackupRecord } from './catalog.js'

/** What somebody is told. */
export type Notice =
  | { readonly kind: 'started'; readonly record: BackupRecord }
  | { readonly kind: 'success'; readonly record: BackupRecord; readonly pruned: readonly string[] }
  | { readonly kind: 'failure'; readonly record: BackupRecord; readonly error: OctavoError }
  | { readonly kind: 'unhealthy'; readonly findings: readonly Finding[] }
  | { readonly kind: 'recovery'; readonly findings: readonly Finding[] }
  | { readonly kind: 'summary'; readonly summary: WeeklySummary }
  /** Somebody tries out a channel: whoever gets it has nothing to do. */
  | { readonly kind: 'test'; readonly by: string }

/** One thing that a check found wrong: what, of which backup, and what to do. */
export interface Finding {
  readonly check: string
  readonly database: string
  /** The id of the backup it is about, where there is one. */
  readonly backup: string | null
  readonly message: string
  readonly hint: string
}

/** Instants are ISO 8601 in UTC, sizes are bytes. */
export interface WeeklySummary {
  readonly from: string
  readonly to: string
  readonly databases: readonly {
    readonly name: string
    readonly label: string
    readonly succeeded: number
    readonly failed: number
    /** Of the newest good backup. */
    readonly newest: {
      readonly takenAt: string
      readonly size: number
      readonly records: number
    } | null
    readonly verifiedAt: string | null
  }[]
  readonly totalBytes: number
}

/**
 * A channel that notices go out on. Faults that may pass are tried again inside, for a bounded time
 * (about three minutes at most); then `notify-failed`. Where it is aborted it rejects with the reason of
 * the signal. A channel that fails never fails a backup: whoever calls logs it, as `notifyAll` does. No
 * error carries a secret, and an address that is one (a webhook's path) is masked.
 */
export interface Notifier {
  readonly name: string
  /** For people, without a secret: `slack`, `mail to admin@example.org`. */
  readonly shown: string
  /** Which notices are to go out here; `send` does not ask. */
  readonly wants: ReadonlySet<Notice['kind']>
  send(notice: Notice, call: { readonly signal?: AbortSignal }): Promise<void>
}
