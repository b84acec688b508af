import { join } from 'node:path'
import { watchedKeys } from '../access/watched-keys.js'
import { auditTrail } from './audit-trail.js'
import { homeOf, keysName } from './backups/home.js'
import type { ServiceWish } from './open-service.js'
import type { ProcessContext } from './process-context.js'
import { systemClock } from './system-clock.js'

/** The keys that `octavo key` made, as they are at each request; the audit trail. */
export function serviceAccess(context: ProcessContext): NonNullable<ServiceWish['access']> {
  const keptKeys = watchedKeys(join(homeOf(context), keysName), {
    now: () => systemClock.now(),
    warn: (fault) => context.terminal.err.write(`warning: ${fault}\n`),
  })
  return { keptKeys, audit: auditTrail(context) }
}
