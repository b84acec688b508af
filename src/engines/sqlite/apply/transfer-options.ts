import type { OnProgress } from '../../../core/progress.js'
import type { BackupExtent } from './dangling-rows.js'
import type { TransferModels } from './transfer-plan.js'

/** What is to be done, wherever it is done. */
export interface TransferTask extends TransferModels {
  /** A finished database that nobody has open. */
  readonly prepared: string
  readonly mode: 'data-only' | 'merge'
  readonly extent: BackupExtent
  /** Models whose prepared rows are all that the target is to hold, in a merge too. Without case. */
  readonly complete?: ReadonlySet<string>
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: OnProgress | undefined
}

export interface TransferOptions extends TransferTask {
  readonly target: string
  readonly at: Date
  /** How long to wait for the target's write lock. */
  readonly deadlineMs: number
  /** Asked where the lock is held: false ends it with `target-changed`, and nothing is changed. */
  readonly isUnchanged?: () => boolean
}
