import type { OnProgress } from '../core/progress.js'

/** Who stops a run, and who hears of it. */
export interface Listeners {
  readonly signal?: AbortSignal
  readonly onProgress?: OnProgress
}

/** Those among the options of a run, to hand them on. */
export function listenersOf({ signal, onProgress }: Listeners): Listeners {
  return { ...(signal && { signal }), ...(onProgress && { onProgress }) }
}
