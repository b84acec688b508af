import { configuredSchedules } from '../../config/configured-schedules.js'
import { spoolFolder } from '../../config/spool-folder.js'
import { periodMs } from '../../core/backups/age-limit.js'
import type { BackupRecord } from '../../core/backups/catalog.js'
import type { KnownBackups } from '../../core/backups/known-backups.js'
import { ArchivedState } from '../../http/archived-state.js'
import type { ProcessContext } from '../process-context.js'
import { systemClock } from '../system-clock.js'
import { withCatalog } from './with-catalog.js'

/**
 * What is known of every configured database; where none is configured, of every one in the catalog.
 * `records` newest first.
 */
export async function knownDatabases(
  context: ProcessContext,
  records: readonly BackupRecord[],
  now: Date,
): Promise<KnownBackups[]> {
  const config = context.config()
  const { databases, settings } = config
  const schedules = configuredSchedules(settings)
  const archived = await ArchivedState.open({
    databases: [...databases],
    spoolFolder: spoolFolder(config, context.environment),
    clock: systemClock,
    log: { warn: () => undefined },
  })
  const inCatalog = [...new Set(records.map(({ database }) => database))].map((name) => {
    return { name, label: records.find(({ database }) => database === name)?.label ?? '' }
  })
  return (databases.length > 0 ? databases : inCatalog).map(({ name, label }) => {
    const own = schedules.filter(
      (schedule) => schedule.databases.length === 0 || schedule.databases.includes(name),
    )
    const at = archived.of(name)?.at
    return {
      name,
      label,
      records: records.filter(({ database }) => database === name),
      periodMs: periodMs(
        own.map(({ times }) => times),
        now,
      ),
      archivedAt: at === undefined ? null : new Date(at),
    }
  })
}

/** All that the catalog says; nothing where there is none. */
export function catalogRecords(context: ProcessContext): Promise<readonly BackupRecord[]> {
  return withCatalog(context, (catalog) => catalog?.list() ?? Promise.resolve([]))
}
