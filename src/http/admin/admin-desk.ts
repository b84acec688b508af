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
