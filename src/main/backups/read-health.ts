import { describeHealth, type BackupHealth } from '../../core/backups/describe-health.js'
import type { ProcessContext } from '../process-context.js'
import { systemClock } from '../system-clock.js'
import { knownDatabases } from './known-databases.js'
import { withCatalog } from './with-catalog.js'

/** How the backups are, by the catalog on this disk; it asks no store, and tells no channel. */
export async function readHealth(context: ProcessContext): Promise<BackupHealth> {
  const now = systemClock.now()
  const histories = await withCatalog(
    context,
    async (catalog) => (await catalog?.histories(now)) ?? [],
  )
  const known = await knownDatabases(context, histories, now)
  return describeHealth(known, context.config().settings, now)
}
