import type { Notice } from '../core/backups/notifier.js'

export type NoticeKind = Notice['kind']

/** What goes out where nothing else is set: what somebody has to know. */
export const alertKinds: ReadonlySet<NoticeKind> = new Set([
  'failure',
  'unhealthy',
  'recovery',
  'summary',
])
