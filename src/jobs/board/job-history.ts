import type { Progress } from '../../core/progress.js'
import type { BoardEvent } from './board-types.js'

/** Enough for the longest run; a job that tells more is cut at its beginning. */
const mostLines = 500
const longestLine = 1_000

type LogEvent = Extract<BoardEvent, { kind: 'log' }>

/** What happened to one job, as far as it is kept: bounded, whoever listens and however slowly. */
export class JobHistory {
  #last = 0
  #lines: LogEvent[] = []
  #progress: Extract<BoardEvent, { kind: 'progress' }> | null = null
  #end: Extract<BoardEvent, { kind: 'end' }> | null = null

  get lines(): readonly string[] {
    return this.#lines.map(({ line }) => line)
  }

  get progress(): Progress | null {
    return this.#progress?.progress ?? null
  }

  addLine(line: string): void {
    this.#lines.push({ id: this.#next(), kind: 'log', line: line.slice(0, longestLine) })
    if (this.#lines.length > mostLines) this.#lines.shift()
  }

  /** The newest takes the place of the one before. */
  setProgress(progress: Progress): void {
    this.#progress = { id: this.#next(), kind: 'progress', progress }
  }

  end(): void {
    this.#progress = null
    this.#end = { id: this.#next(), kind: 'end' }
  }

  /** In the order in which it happened. */
  after(id: number): BoardEvent[] {
    const events: BoardEvent[] = [...this.#lines]
    if (this.#progress) events.push(this.#progress)
    if (this.#end) events.push(this.#end)
    return events.filter((event) => event.id > id).toSorted((a, b) => a.id - b.id)
  }

  #next(): number {
    this.#last += 1
    return this.#last
  }
}
