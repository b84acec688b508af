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
}
