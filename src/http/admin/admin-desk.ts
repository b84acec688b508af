import type { FirstRun, People, SessionShelf } from '../../core/people.js'

/** What the admin pages need besides the backups; whoever builds it knows the files and settings. */
export interface AdminDesk {
  readonly people: People
  readonly sessions: SessionShelf
  /** Signs cookies; 32 bytes or more, the same after a restart. */
  readonly cookieSecret: string
  /** Null where accounts are not the service's to make. */
  readonly firstRun: FirstRun | null
}
