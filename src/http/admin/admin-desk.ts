import type { ShownSetting } from '../../config/shown-settings.js'
import type { AuditPage, AuditWish, KeyBook } from '../../core/access.js'
import type { Notice } from '../../core/backups/notifier.js'
import type { RetentionPolicy } from '../../core/retention/policy.js'
import type { FirstRun, People, SessionShelf, UserBook } from '../../core/people.js'

/** What the admin pages need besides the backups; whoever builds it knows the files and settings. */
export interface AdminDesk {
  readonly people: People
  /** The accounts of the service; those of an app are not the service's to change. */
  readonly users: UserBook
  readonly sessions: SessionShelf
  /** Signs cookies; 32 bytes or more, the same after a restart. */
  readonly cookieSecret: string
  /** Null where accounts are not the service's to make. */
  readonly firstRun: FirstRun | null
  /** When backups are made by themselves, as the settings have it. */
  schedules(now: Date): readonly PlannedSchedule[]
  /** Throws `config-invalid` where they can't be used. */
  stores(): readonly ShownStore[]
  readonly keys: KeyBook
  readonly channels: ChannelBook
  readonly audit: (wish: AuditWish) => Promise<AuditPage>
  /** As they were when the service was started. */
  readonly settings: readonly ShownSetting[]
  /** Whether the staff of the app logs in here as well. */
  readonly staffLogsIn: boolean
}

/** A store for people to look at, without a secret. */
export interface ShownStore {
  readonly name: string
  /** `S3`, `A folder`. */
  readonly kind: string
  /** Where it is, without what only some may see. */
  readonly place: string
  /** A folder of this machine. */
  readonly path: string | null
  readonly policy: RetentionPolicy
  /** What says that there is such a store, and what says how long it keeps; null: nothing does. */
  readonly setting: string
  readonly policySetting: string | null
}

/** The channels on which people are told. */
export interface ChannelBook {
  list(): Promise<{
    readonly channels: readonly ShownChannel[]
    /** Channels that can't be used as they are set, one sentence each. */
    readonly faults: readonly string[]
  }>
  /** Sends a test through the channel that is shown like that; `not-found`, `notify-failed`. */
  test(shown: string, call: { readonly by: string; readonly signal: AbortSignal }): Promise<void>
}

/** Nothing of a secret is in it. */
export interface ShownChannel {
  /** `mail to ada@example.org`: no two are shown alike. */
  readonly shown: string
  readonly kind: string
  readonly wants: readonly Notice['kind'][]
  readonly setting: string
}

export interface PlannedSchedule {
  readonly name: string
  /** As it was set: `0 3 * * *`, `daily`. */
  readonly cron: string
  readonly timeZone: string
  /** Names; empty: every configured one. */
  readonly databases: readonly string[]
  readonly format: string
  /** ISO 8601; null where there is no next time. */
  readonly nextAt: string | null
}
