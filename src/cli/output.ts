import { showSpace, type Space } from '../core/files/free-space.js'
import type { OnProgress } from '../core/progress.js'
import type { Listeners } from './actions.js'
import { painter, plain, type Paint } from './paint.js'
import { progressBar } from './progress-bar.js'
import type { Terminal } from './terminal.js'

export interface OutputOptions {
  readonly verbose?: boolean
  readonly json?: boolean
  readonly quiet?: boolean
  readonly color?: boolean
}

/** Where a command tells what it does: data on the standard output, messages on the error output. */
export class Output {
  readonly json: boolean
  readonly quiet: boolean
  /** For what goes to the standard output. */
  readonly paint: Paint
  private readonly paintError: Paint
  private readonly terminal: Terminal
  private readonly verbose: boolean
  private readonly tellsSpace: boolean
  private space: Space | null = null

  constructor(terminal: Terminal, options: OutputOptions) {
    this.terminal = terminal
    this.json = options.json === true
    this.quiet = options.quiet === true
    this.verbose = options.verbose === true
    this.tellsSpace = this.verbose || terminal.tty.err
    const colour = terminal.colour && options.color !== false
    this.paint = painter(colour && terminal.tty.out)
    this.paintError = painter(colour && terminal.tty.err)
  }

  /** The outcome of a command: for people, or as one JSON object. */
  result(shown: string, json: object, to: 'out' | 'err' = 'out'): void {
    const space = this.space && { space: this.space }
    if (this.json) this.terminal.out.write(`${JSON.stringify({ ...json, ...space })}\n`)
    else if (!this.quiet) this.terminal[to].write(`${shown}\n`)
  }

  /** For people only, beside the data. */
  say(text: string): void {
    if (!this.quiet && !this.json) this.terminal.err.write(`${text}\n`)
  }

  /** A line of a log: for whoever reads the output later, not for a person who watches a bar. */
  log(text: string): void {
    if (!this.terminal.tty.err || this.verbose) this.say(plain(text))
  }

  warn(warnings: readonly string[]): void {
    for (const warning of warnings) this.say(`${this.paintError('yellow', 'warning:')} ${warning}`)
  }

  private tellSpace(space: Space): void {
    this.space = space
    if (this.tellsSpace) this.say(plain(showSpace(space)))
  }

  /** Runs an action with a progress line, which is gone again when it ends. */
  async during<T>(signal: AbortSignal, action: (listeners: Listeners) => Promise<T>): Promise<T> {
    const bar = progressBar(this.terminal, !this.quiet && !this.json)
    const onProgress: OnProgress = (progress) => {
      const { space } = progress
      if (space) bar.beside(() => this.tellSpace(space))
      bar.onProgress(progress)
    }
    try {
      return await action({ signal, onProgress })
    } finally {
      bar.stop()
    }
  }
}
