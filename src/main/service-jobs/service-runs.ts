import type { BackupRuns } from '../../http/backups/backup-desk.js'
import type { ProcessContext } from '../process-context.js'
import type { StartJob, Verb } from './messages.js'
import { runServiceJob } from './run-service-job.js'

/** The long work of the service, each piece in a process of its own. */
export function serviceRuns(context: ProcessContext): BackupRuns {
  return {
    backUp: run('backUp'),
    verify: run('verify'),
    remove: run('remove'),
    restore: run('restore'),
    undo: run('undo'),
    compare: run('compare'),
    inspect: run('inspect'),
    prune: run('prune'),
    checkStore: run('checkStore'),
  }

  function run<V extends Verb>(verb: V): BackupRuns[V] {
    const started = (request: unknown, listeners: Parameters<BackupRuns[V]>[1]) =>
      // Which verb takes and gives what is held together by the types of run-verb.ts on the other side.
      runServiceJob(context, { verb, request } as StartJob, listeners)
    return started as BackupRuns[V]
  }
}
