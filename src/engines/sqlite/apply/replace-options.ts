import type { OnProgress } from '../../../core/progress.js'

export interface ReplaceOptions {
  /** A finished database that nobody has open, on the target's file system, in rollback mode. */
  readonly built: string
  readonly target: string
  /** Names the safety copy. */
  readonly at: Date
  /** How long to wait for locks and for a moment without writes. */
  readonly deadlineMs: number
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: OnProgress | undefined
}
