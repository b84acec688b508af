/** How long a call to a service goes on. */
export interface Pace {
  /** How often something is asked in all. */
  readonly attempts: number
  /** Pauses double from here, and vary by a half of it. */
  readonly firstPauseMs: number
  readonly longestPauseMs: number
  readonly connectMs: number
  /** A connection on which nothing moves for so long has ended. */
  readonly idleMs: number
  /** What was sent when a call is aborted gets so long to come to its end, so that it can be removed. */
  readonly graceMs: number
  /** For removing what a failed call left. */
  readonly cleanUpMs: number
}

export const usualPace: Pace = {
  attempts: 6,
  firstPauseMs: 1_000,
  longestPauseMs: 30_000,
  connectMs: 15_000,
  idleMs: 60_000,
  graceMs: 3_000,
  cleanUpMs: 30_000,
}
