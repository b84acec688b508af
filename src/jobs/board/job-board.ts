import { randomUUID } from 'node:crypto'
import type { Clock } from '../../core/clock.js'
import { asOctavoError, OctavoError, toErrorRecord, type ErrorRecord } from '../../core/errors.js'
import type { BoardJob, BoardRun, JobMeta, Subscription } from './board-types.js'
import { jobClash } from './job-clash.js'
import { JobHistory } from './job-history.js'

/** So many that ended are remembered. */
const mostEnded = 200

interface Entry {
  readonly id: string
  readonly meta: JobMeta
  readonly startedAt: string
  readonly history: JobHistory
  readonly stop: AbortController
  readonly listeners: Set<() => void>
  ended: Promise<BoardJob>
  status: BoardJob['status']
  endedAt: string | null
  result: unknown
  error: ErrorRecord | null
}

/** A job that was started, and what it comes to; `ended` never rejects. */
export interface StartedJob {
  readonly job: BoardJob
  readonly ended: Promise<BoardJob>
}

/**
 * What runs now and what ran lately, for all who ask. It knows nothing of how a job is run. It forgets
 * everything with its process: what a job did is in the catalog, in the stores and in the audit trail.
 */
export class JobBoard {
  readonly #clock: Pick<Clock, 'now'>
  /** In the order of their starts. */
  readonly #entries = new Map<string, Entry>()
  #isClosed = false

  constructor({ clock }: { readonly clock: Pick<Clock, 'now'> }) {
    this.#clock = clock
  }

  /** Throws `backup-running` or `job-running` where it would be in the way of another one. */
  start(meta: JobMeta, run: BoardRun): StartedJob {
    if (this.#isClosed) throw new OctavoError('shutting-down', 'the service is shutting down')
    const clash = jobClash(meta, this.running())
    if (clash) throw clash
    const entry: Entry = {
      id: randomUUID(),
      meta,
      startedAt: this.#now(),
      history: new JobHistory(),
      stop: new AbortController(),
      listeners: new Set(),
      ended: new Promise(() => undefined),
      status: 'running',
      endedAt: null,
      result: null,
      error: null,
    }
    this.#entries.set(entry.id, entry)
    entry.ended = this.#run(entry, run)
    return { job: shown(entry), ended: entry.ended }
  }

  /** Null for one that is not known, or not any more. */
  get(id: string): BoardJob | null {
    const entry = this.#entries.get(id)
    return entry ? shown(entry) : null
  }

  /** The newest first. */
  list(): BoardJob[] {
    return [...this.#entries.values()].toReversed().map(shown)
  }

  running(): BoardJob[] {
    return this.list().filter(({ status }) => status === 'running')
  }

  /**
   * Calls `wake` whenever something happened; what it was is taken from the subscription, so that a slow
   * listener finds the newest state and nothing piles up for it. `after` is the last event that is known
   * already, or 0. Null for a job that is not known.
   */
  subscribe(id: string, after: number, wake: () => void): Subscription | null {
    const entry = this.#entries.get(id)
    if (!entry) return null
    let known = after
    entry.listeners.add(wake)
    return {
      take: () => {
        const events = entry.history.after(known)
        known = events.at(-1)?.id ?? known
        return events
      },
      end: () => void entry.listeners.delete(wake),
    }
  }

  /** Tells a running job to stop, and waits for nothing. */
  stop(id: string, why: string): void {
    this.#entries.get(id)?.stop.abort(new OctavoError('aborted', why))
  }

  /** Stops all that runs, starts nothing any more, and resolves when the last has ended. */
  async close(): Promise<void> {
    this.#isClosed = true
    const all = [...this.#entries.values()]
    const why = new OctavoError('aborted', 'the job was stopped: the service was shut down')
    for (const { stop } of all) stop.abort(why)
    await Promise.all(all.map(({ ended }) => ended))
  }

  async #run(entry: Entry, run: BoardRun): Promise<BoardJob> {
    const tell = (): void => {
      for (const wake of entry.listeners) wake()
    }
    const whileRunning = (note: () => void): void => {
      if (entry.status !== 'running') return
      note()
      tell()
    }
    try {
      entry.result = await run({
        signal: entry.stop.signal,
        onProgress: (progress) => whileRunning(() => entry.history.setProgress(progress)),
        onLog: (line) => whileRunning(() => entry.history.addLine(line)),
      })
      entry.status = 'done'
    } catch (thrown) {
      entry.error = toErrorRecord(stoppedOr(thrown, entry.stop.signal))
      entry.status = 'failed'
    }
    entry.endedAt = this.#now()
    entry.history.end()
    tell()
    this.#forget()
    return shown(entry)
  }

  #forget(): void {
    const ended = [...this.#entries.values()].filter(({ status }) => status !== 'running')
    for (const { id } of ended.slice(0, Math.max(0, ended.length - mostEnded)))
      this.#entries.delete(id)
  }

  #now(): string {
    return this.#clock.now().toISOString()
  }
}

/** A job that was told to stop says who told it, and not how it came to its end. */
function stoppedOr(thrown: unknown, { aborted, reason }: AbortSignal): OctavoError {
  const error = asOctavoError(thrown)
  return aborted && error.code === 'aborted' ? asOctavoError(reason) : error
}

function shown(entry: Entry): BoardJob {
  const { id, meta, status, startedAt, endedAt, history, result, error } = entry
  const { progress, lines: log } = history
  return { id, ...meta, status, startedAt, endedAt, progress, log, result, error }
}
