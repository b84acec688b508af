import { configuredSchedules } from '../../config/configured-schedules.js'
import { spoolFolder } from '../../config/spool-folder.js'
import { periodMs } from '../../core/backups/age-limit.js'
import type { KnownBackups } from '../../core/backups/known-backups.js'
import { tallyRuns, type RunHistory } from '../../core/backups/run-history.js'
import { ArchivedState } from '../../http/archived-state.js'
import type { ProcessContext } from '../process-context.js'
import { systemClock } from '../system-clock.js'

/**
 * What is known of every configured database; where none is configured, of every one in the catalog.
 */
export async function knownDatabases(
  context: ProcessContext,
  histories: readonly RunHistory[],
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
  const inCatalog = histories.map(({ database: name, label }) => ({ name, label }))
  return (databases.length > 0 ? databases : inCatalog).map(({ name, label }) => {
    const own = schedules.filter(
      (schedule) => schedule.databases.length === 0 || schedule.databases.includes(name),
    )
    const at = archived.of(name)?.at
    const history = histories.find(({ database }) => database === name)
    return {
      name,
      label,
      records: history?.records ?? [],
      tally: history?.tally ?? tallyRuns([], now),
      periodMs: periodMs(
        own.map(({ times }) => times),
        now,
      ),
      archivedAt: at === undefined ? null : new Date(at),
    }
  })
}
