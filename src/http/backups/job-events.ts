import type { Clock } from '../../core/clock.js'
import type { BoardEvent } from '../../jobs/board/board-types.js'
import type { JobBoard } from '../../jobs/board/job-board.js'
import type { Scrubber } from '../scrubber.js'
import { viewJob, viewProgress } from './job-view.js'

/** Proxies and browsers take a silent connection for a dead one. */
const heartbeatMs = 15_000

export interface EventsWish {
  readonly board: JobBoard
  readonly id: string
  /** The last event that the listener has, or 0. */
  readonly after: number
  readonly clock: Clock
  readonly scrubber: Scrubber
  /** Aborted when the listener is gone, or the service ends. */
  readonly signal: AbortSignal
  /** Whether the end tells what came of it, which may hold records. */
  readonly withResult: boolean
}

/**
 * What happens to a job, as server-sent events, until it has ended. It is read as fast as the listener
 * takes it: for a slow one the progress in between is left out, and nothing is kept for it here.
 */
export async function* jobEvents(wish: EventsWish): AsyncGenerator<string> {
  const { board, id, after, signal } = wish
  const alarm = new Alarm()
  const subscription = board.subscribe(id, after, () => alarm.ring())
  if (!subscription) return
  const ring = (): void => alarm.ring()
  signal.addEventListener('abort', ring)
  try {
    // At once, as nothing is sent before the first text: whoever asked learns that it is heard.
    yield 'retry: 3000\n\n'
    while (!signal.aborted) {
      const events = subscription.take()
      // Whoever comes back with the end has all of it.
      if (events.length === 0 && board.get(id)?.status !== 'running') return
      for (const event of events) {
        yield eventText(event, wish)
        if (event.kind === 'end') return
      }
      if (!(await alarm.wait(wish.clock)) && !signal.aborted) yield ': still here\n\n'
    }
  } finally {
    signal.removeEventListener('abort', ring)
    subscription.end()
  }
}

/** Rings for what happened since the last wait, too. */
class Alarm {
  #rang = false
  #wake: () => void = () => undefined

  ring(): void {
    this.#rang = true
    this.#wake()
  }

  /** Whether it rang before it was time for a heartbeat. */
  async wait(clock: Clock): Promise<boolean> {
    const timer = new AbortController()
    if (!this.#rang) {
      const rung = new Promise<void>((resolve) => (this.#wake = resolve))
      await Promise.race([rung, clock.sleep(heartbeatMs, timer.signal).catch(() => undefined)])
      timer.abort()
    }
    const rang = this.#rang
    this.#rang = false
    return rang
  }
}

function eventText(event: BoardEvent, wish: EventsWish): string {
  const data = JSON.stringify(dataOf(event, wish))
  return `id: ${event.id}\nevent: ${event.kind}\ndata: ${data}\n\n`
}

function dataOf(event: BoardEvent, { board, id, scrubber, withResult }: EventsWish): unknown {
  if (event.kind === 'log') return { line: scrubber.all(event.line) }
  if (event.kind === 'progress') return viewProgress(event.progress)
  const job = board.get(id)
  if (job === null) return null
  const { log: _, result, ...ended } = viewJob(job, scrubber)
  return withResult ? { ...ended, result } : ended
}
