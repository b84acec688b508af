import type { ErrorRecord } from '../../core/errors.js'
import type { Progress } from '../../core/progress.js'
import type { BackupRuns } from '../../http/backups/backup-desk.js'

export type Verb = keyof BackupRuns

export type RequestOf<V extends Verb> = Parameters<BackupRuns[V]>[0]

/** To the process of a job, once: what it is to do. Nothing of it stands among its arguments. */
export type StartJob = { [V in Verb]: { readonly verb: V; readonly request: RequestOf<V> } }[Verb]

/** From it: `ready`, any number of lines and progress, then one of the others. */
export type FromServiceJob =
  | { readonly kind: 'ready' }
  | { readonly kind: 'log'; readonly line: string }
  | { readonly kind: 'progress'; readonly progress: Progress }
  | { readonly kind: 'done'; readonly result: unknown }
  | { readonly kind: 'failed'; readonly error: ErrorRecord }
