import { join } from 'node:path'
import { formatsOf } from '../../core/export-formats.js'
import type { Listeners } from '../../cli/actions.js'
import type { BackUpReport, ScheduleRequest } from '../../cli/backup-actions.js'
import { chooseDatabase } from '../../config/choose-database.js'
import type { Config } from '../../config/read-config.js'
import { chooseSchedule, type ConfiguredSchedule } from '../../config/configured-schedules.js'
import { configuredStores } from '../../config/configured-stores.js'
import type { BackupRecord } from '../../core/backups/catalog.js'
import { asOctavoError, OctavoError } from '../../core/errors.js'
import type { Store } from '../../core/store.js'
import type { BackupRoom } from '../../jobs/backup/backup-types.js'
import { claimRun } from '../../jobs/backup/claim-run.js'
import { makeBackup } from '../../jobs/backup/make-backup.js'
import { diskStore } from '../../stores/disk-store.js'
import { withBackupRoom } from '../backups/backup-room.js'
import { checkAfterRun } from '../backups/check-after-run.js'
import { homeOf } from '../backups/home.js'
import { dueRun, startedBySchedule } from '../backups/due-run.js'
import { refuseVanishing } from '../backups/refuse-vanishing.js'
import { noticeSender } from '../backups/send-notices.js'
import type { ProcessContext } from '../process-context.js'
import { systemClock } from '../system-clock.js'
import { timedLines } from './timed-lines.js'

/** Runs what is due of a schedule, once among all processes and machines that ask for it. */
export async function runScheduleAction(
  context: ProcessContext,
  { name, due, missed, tell }: ScheduleRequest,
  listeners: Listeners,
): Promise<BackUpReport> {
  const config = context.config()
  const schedule = chooseSchedule(config.settings, name)
  await refuseVanishing(configuredStores(config), context.environment)
  const { signal } = listeners
  const say = timedLines(tell)
  const sender = await noticeSender(context, { signal, tell: say })
  const { notify } = sender
  const cantOpen = (error: OctavoError): Promise<void> =>
    sender.cantBegin(databasesOf(config, schedule), error)
  return withBackupRoom(context, { signal, tell: say, notify, cantOpen }, async (room) => {
    const now = systemClock.now()
    const run = dueRun(schedule, await room.catalog.list(), { now, due, missed })
    const nothing = { backups: [], pruned: [] }
    if (run === null) return nothing
    if (!(await claimRun(claimStore(context, room), run, { now, signal }))) {
      say(`Schedule ${schedule.name} of ${run.due.toISOString()}: another process runs it`)
      return nothing
    }
    let made: readonly BackupRecord[] | undefined
    try {
      const report = await backUpAll(context, { room, schedule }, listeners)
      made = report.backups
      return report
    } finally {
      if (!signal.aborted) await checkAfterRun(context, { room, sender, signal, made })
    }
  })
}

interface ClaimedRun {
  readonly room: BackupRoom
  readonly schedule: ConfiguredSchedule
}

/** A database that can't be backed up does not keep the others from it. */
async function backUpAll(
  context: ProcessContext,
  { room, schedule }: ClaimedRun,
  { signal, onProgress }: Listeners,
): Promise<BackUpReport> {
  const config = context.config()
  const backups: BackupRecord[] = []
  const pruned: string[] = []
  const errors: OctavoError[] = []
  for (const name of databasesOf(config, schedule)) {
    const database = chooseDatabase(config, name)
    for (const format of formatsOf(schedule.format, database.address))
      try {
        const outcome = await makeBackup(room, {
          database,
          format,
          startedBy: startedBySchedule(schedule.name),
          prune: true,
          signal,
          onProgress,
        })
        backups.push(outcome.record)
        pruned.push(...outcome.pruned)
      } catch (error) {
        signal.throwIfAborted()
        errors.push(asOctavoError(error))
      }
  }
  const [first] = errors
  if (first) throw first
  return { backups, pruned }
}

/** Where none is configured the one that commands use by default, whose choice says what is missing. */
function databasesOf(config: Config, { databases }: ConfiguredSchedule): readonly string[] {
  if (databases.length > 0) return databases
  if (config.databases.length > 0) return config.databases.map(({ name }) => name)
  return [chooseDatabase(config).name]
}

function claimStore(context: ProcessContext, { stores }: BackupRoom): Store {
  const { scheduleStore } = context.config().settings
  if (scheduleStore === undefined)
    return diskStore({ name: 'claims', folder: join(homeOf(context), 'claims') })
  const found = stores.find(({ store }) => store.name === scheduleStore)
  if (found) return found.store
  throw new OctavoError(
    'config-invalid',
    `SCHEDULE_STORE names "${scheduleStore}", which is no store`,
    {
      hint: `There is: ${stores.map(({ store }) => store.name).join(', ')}.`,
    },
  )
}
