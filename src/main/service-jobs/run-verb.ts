import type { Listeners } from '../../cli/actions.js'
import type { ProcessContext } from '../process-context.js'
import type { StartJob } from './messages.js'
import { withBackups, withSource } from './with-source.js'

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
    case 'restore': {
      const { source, ...wish } = request
      const { restoreAction } = await import('../actions/restore-action.js')
      return withSource(context, source, (opened, file) =>
        restoreAction(opened, { file, ...wish }, listeners),
      )
    }
    case 'undo':
      return (await import('../actions/restore-action.js')).undoAction(context, request, listeners)
    case 'compare': {
      const { compare } = await import('./compare.js')
      return withBackups(context, (opened) => compare(opened, request, listeners))
    }
    case 'prune':
      return (await import('../actions/store-actions.js')).pruneAction(context, request, listeners)
    case 'checkStore':
      return (await import('./check-store.js')).checkStore(context, request, listeners)
    case 'inspect': {
      const { inspectAction } = await import('../actions/read-actions.js')
      return withSource(context, request.source, (opened, file) =>
        inspectAction(opened, { file }, listeners),
      )
    }
  }
}
