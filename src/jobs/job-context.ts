import type { OnProgress } from '../core/progress.js'

/** What a job gets besides its input, on whichever side of the wall it runs. */
export interface JobContext {
  readonly signal: AbortSignal
  readonly onProgress: OnProgress
}
