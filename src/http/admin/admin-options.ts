import type { BackupRouteOptions } from '../backups/route-parts.js'
import type { AnswerOptions } from '../answer-export.js'
import type { ReadHealth } from '../recent-health.js'
import type { AdminDesk } from './admin-desk.js'

/** What all admin pages are given. */
export interface AdminOptions extends BackupRouteOptions, AnswerOptions {
  readonly admin: AdminDesk
  readonly readHealth: ReadHealth
  /** Where the pages stand, without a slash at the end: `/admin`, or behind a prefix. */
  readonly base: string
}
