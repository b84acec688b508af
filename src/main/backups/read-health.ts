import { describeHealth, type BackupHealth } from '../../core/backups/describe-health.js'
import type { ProcessContext } from '../process-context.js'
import { systemClock } from '../system-clock.js'
import { catalogRecords, knownDatabases } from './known-databases.js'

/** How the backups are, by the catalog on this disk; it asks no store, and tells no channel. */
export async function readHealth(context: ProcessContext): Promise<BackupHealth> {
  const now = systemClock.now()
  const known = await knownDatabases(context, await catalogRecords(context), now)
  return describeHealth(known, context.config().settings, now)
}
