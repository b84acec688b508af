import type { Listeners, RestorePlan } from '../../cli/actions.js'
import type { ErrorCode } from '../../core/error-table.js'
import { OctavoError } from '../../core/errors.js'
import type { ChosenDatabase } from '../../jobs/job-types.js'
import { runJob } from '../../jobs/wall/run-job.js'

const faults: readonly ErrorCode[] = ['database-damaged', 'not-a-database']

/** What a restore would replace, and why it can't be read, where it can't. */
export async function lookAtTarget(
  target: ChosenDatabase,
  listeners: Listeners,
): Promise<Pick<RestorePlan, 'found' | 'fault'>> {
  try {
    const found = await runJob('describe', { target }, { ...listeners, wall: 'process' })
    return { found, fault: null }
  } catch (error) {
    if (!(error instanceof OctavoError)) throw error
    const found = { exists: true, tables: 0, records: 0 }
    if (error.code === 'database-empty') return { found, fault: null }
    if (faults.includes(error.code)) return { found, fault: error.message }
    throw error
  }
}
