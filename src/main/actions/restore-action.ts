import type { Listeners, RestorePlan, RestoreRequest, UndoRequest } from '../../cli/actions.js'
import { chooseDatabase } from '../../config/choose-database.js'
import { djangoModelsFile } from '../../config/django-models-file.js'
import { scratchServer } from '../../config/scratch-server.js'
import { OctavoError } from '../../core/errors.js'
import { isProd } from '../../core/labels.js'
import type { ChosenDatabase, RestoreResult, UndoResult } from '../../jobs/job-types.js'
import { runJob } from '../../jobs/wall/run-job.js'
import type { BackupContext } from '../fetched-backups.js'
import type { ProcessContext } from '../process-context.js'
import { lookAtTarget } from './look-at-target.js'
import { namingBackup } from './naming-backup.js'
import { inspectAction } from './read-actions.js'
import { targetOf } from './target-of.js'

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

export async function restoreAction(
  context: BackupContext,
  { file, into, confirmed, ...wishes }: RestoreRequest,
  listeners: Listeners,
): Promise<RestoreResult> {
  const place = targetOf(context, into)
  if (!wishes.dryRun) requireName(place.target, confirmed)
  const backup = await context.backups.file(file, listeners)
  const config = context.config()
  const scratch = scratchServer(config)
  const more = { ...djangoModelsFile(config), ...(scratch && { scratch }) }
  const input = { ...wishes, ...place, ...more, file: backup.file }
  const { address } = input.target
  return namingBackup(backup, runJob('restore', input, { ...listeners, wall: 'process' }), [
    address.shown,
    ...('path' in address ? [address.path] : []),
  ])
}

export async function undoAction(
  context: ProcessContext,
  { into, confirmed }: UndoRequest,
  listeners: Listeners,
): Promise<UndoResult> {
  const place = targetOf(context, into)
  requireName(place.target, confirmed)
  return runJob('undo', place, { ...listeners, wall: 'process' })
}

/** Whatever the way in asked: production is not changed before its name was said. */
function requireName({ name, label }: ChosenDatabase, confirmed: string | null): void {
  if (!isProd(label) || confirmed === name) return
  throw new OctavoError(
    'confirmation-needed',
    `${name} was not changed: it is production, and its name was not confirmed`,
    { hint: `Give --confirm ${name}.` },
  )
}
