import type { Listeners, RestorePlan, RestoreRequest } from '../../cli/actions.js'
import { chooseDatabase } from '../../config/choose-database.js'
import type { ErrorCode } from '../../core/error-table.js'
import { OctavoError } from '../../core/errors.js'
import type { ChosenDatabase, RestoreResult, UndoResult } from '../../jobs/job-types.js'
import { runJob } from '../../jobs/wall/run-job.js'
import type { BackupContext } from '../fetched-backups.js'
import type { ProcessContext } from '../process-context.js'
import { systemClock } from '../system-clock.js'
import { namingBackup } from './naming-backup.js'
import { inspectAction } from './read-actions.js'

interface PlanRequest {
  readonly file: string | null
  readonly into: string
}

/** Looks at the backup and the target, and changes neither. */
export async function planRestore(
  context: BackupContext,
  { file, into }: PlanRequest,
  listeners: Listeners,
): Promise<RestorePlan> {
  const target = chooseDatabase(context.config(), into)
  const backup = file === null ? null : await inspectAction(context, { file }, listeners)
  return { target, backup, ...(await lookAtTarget(target, listeners)) }
}

const faults: readonly ErrorCode[] = ['database-damaged', 'not-a-database']

async function lookAtTarget(
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

export async function restoreAction(
  context: BackupContext,
  { file, into, ...wishes }: RestoreRequest,
  listeners: Listeners,
): Promise<RestoreResult> {
  const backup = await context.backups.file(file, listeners)
  const input = { ...wishes, ...targetOf(context, into), file: backup.file }
  const { address } = input.target
  return namingBackup(backup, runJob('restore', input, { ...listeners, wall: 'process' }), [
    address.shown,
    ...('path' in address ? [address.path] : []),
  ])
}

export function undoAction(
  context: ProcessContext,
  { into }: { readonly into: string },
  listeners: Listeners,
): Promise<UndoResult> {
  return runJob('undo', targetOf(context, into), { ...listeners, wall: 'process' })
}

function targetOf(context: ProcessContext, into: string) {
  return {
    target: chooseDatabase(context.config(), into),
    at: systemClock.now().toISOString(),
    deadlineMs: context.config().settings.busyTimeout * 1000,
  }
}
