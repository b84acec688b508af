import type { Space } from './files/free-space.js'

/** What a long job tells while it runs. Counts only grow within one phase. */
export interface Progress {
  /** What is being done, in words for a person: `exporting`, `copying pages`, `verifying`. */
  readonly phase: string
  readonly model?: string
  readonly records?: number
  readonly bytes?: number
  /** Where the end is known: the same unit as `records`, or as `bytes` if `records` is not given. */
  readonly total?: number
  /** Told once, before the job starts to write. */
  readonly space?: Space
}

/** Called as often as there is something to tell, from within the work: it must be quick. */
export type OnProgress = (progress: Progress) => void

/** Tells the same under the name of another phase: for work that is a part of something else. */
export function inPhase(phase: string, onProgress: OnProgress): OnProgress {
  return (progress) => onProgress({ ...progress, phase })
}
