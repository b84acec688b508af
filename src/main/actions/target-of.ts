import { join } from 'node:path'
import { chooseDatabase } from '../../config/choose-database.js'
import type { UndoInput } from '../../jobs/job-types.js'
import { homeOf, safetyCopiesName } from '../backups/home.js'
import type { ProcessContext } from '../process-context.js'
import { systemClock } from '../system-clock.js'

/** What every change of a database needs to know: which one, when, how long to wait, where its copies are. */
export function targetOf(context: ProcessContext, into: string): Required<UndoInput> {
  const config = context.config()
  return {
    target: chooseDatabase(config, into),
    at: systemClock.now().toISOString(),
    deadlineMs: config.settings.busyTimeout * 1000,
    safetyFolder: join(homeOf(context), safetyCopiesName),
  }
}
