import type { ErrorRecord } from '../../core/errors.js'
import type { OnProgress, Progress } from '../../core/progress.js'

export const jobKinds = [
  'export',
  'backup',
  'verify',
  'remove',
  'prune',
  'restore',
  'undo',
  'compare',
  'inspect',
  'check-store',
  'test-channel',
] as const

export type JobKind = (typeof jobKinds)[number]

/** What a job is about. */
export interface JobMeta {
  readonly kind: JobKind
  /** The one that is read or changed; of a verify and a remove the one that the backup is of. */
  readonly database: string | null
  /** The id of the backup that it takes. */
  readonly backup: string | null
  /** What else it is about: the name of a store, a channel as people know it. */
  readonly about?: string
  /** `key deploy`. */
  readonly startedBy: string
}

/** A job as the board knows it. Plain data. */
export interface BoardJob extends JobMeta {
  readonly id: string
  readonly status: 'running' | 'done' | 'failed'
  /** ISO 8601. */
  readonly startedAt: string
  readonly endedAt: string | null
  /** The last that it told; null before, and once it ended. */
  readonly progress: Progress | null
  /** The newest lines of its log. */
  readonly log: readonly string[]
  /** What it resulted in; null until it is done. */
  readonly result: unknown
  readonly error: ErrorRecord | null
}

/** What a job is given by the board. */
export interface BoardListeners {
  /** Aborted when it is to stop. */
  readonly signal: AbortSignal
  readonly onProgress: OnProgress
  readonly onLog: (line: string) => void
}

export type BoardRun = (listeners: BoardListeners) => Promise<unknown>

/** Something that happened to a job; `id` counts up from 1 within each job. */
export type BoardEvent =
  | { readonly id: number; readonly kind: 'log'; readonly line: string }
  | { readonly id: number; readonly kind: 'progress'; readonly progress: Progress }
  | { readonly id: number; readonly kind: 'end' }

export interface Subscription {
  /** What happened since the last call: all lines that are kept, and of the progress the newest. */
  take(): readonly BoardEvent[]
  end(): void
}
