import type { Listeners } from '../../cli/actions.js'
import { FetchedBackups } from '../fetched-backups.js'
import type { ProcessContext } from '../process-context.js'
import type { RequestOf, StartJob } from './messages.js'

export interface JobListeners extends Listeners {
  readonly tell: (line: string) => void
}

/** Does what the commands do, with the request of a caller of the service. */
export async function runVerb(
  context: ProcessContext,
  { verb, request }: StartJob,
  listeners: JobListeners,
): Promise<unknown> {
  const backups = () => import('../actions/backup-actions.js')
  switch (verb) {
    case 'backUp': {
      const more = { retentionDays: null, dbType: null, allowEmpty: false, tell: listeners.tell }
      return (await backups()).backUpAction(context, { ...request, ...more }, listeners)
    }
    case 'verify':
      return (await backups()).verifyBackupAction(context, request, listeners)
    case 'remove':
      return (await backups()).removeAction(context, request, listeners)
    case 'restore':
      return restore(context, request, listeners)
    case 'undo':
      return (await import('../actions/restore-action.js')).undoAction(context, request, listeners)
  }
}

async function restore(
  context: ProcessContext,
  { id: file, ...request }: RequestOf<'restore'>,
  listeners: JobListeners,
): Promise<unknown> {
  const { restoreAction } = await import('../actions/restore-action.js')
  const backups = new FetchedBackups(context)
  try {
    return await restoreAction({ ...context, backups }, { file, ...request }, listeners)
  } finally {
    await backups.close()
  }
}
