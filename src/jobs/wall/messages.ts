import type { ErrorRecord } from '../../core/errors.js'
import type { Progress } from '../../core/progress.js'
import type { JobName, JobTypes } from '../job-types.js'

/** To the job. */
export type ToJob =
  | { readonly kind: 'start'; readonly name: JobName; readonly input: JobTypes[JobName]['input'] }
  | { readonly kind: 'abort' }

/** From the job: any number of `progress`, then one of the others. */
export type FromJob =
  | { readonly kind: 'ready' }
  | { readonly kind: 'progress'; readonly progress: Progress }
  | { readonly kind: 'done'; readonly result: unknown }
  | { readonly kind: 'failed'; readonly error: ErrorRecord }
