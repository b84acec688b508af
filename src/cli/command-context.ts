import type { Command } from 'commander'
import type { Actions, Listeners } from './actions.js'
import { Output, type OutputOptions } from './output.js'
import type { Terminal } from './terminal.js'

/** What the commands are made of. */
export interface CommandContext {
  readonly actions: Actions
  readonly terminal: Terminal
  /** Aborted when the process is told to stop. */
  readonly signal: AbortSignal
  /** Ends the process, once all is done, with an exit code that is not ours. */
  readonly endWith: (exitCode: number) => void
}

export interface Running {
  readonly output: Output
  /** Runs an action with progress. */
  readonly during: <T>(action: (listeners: Listeners) => Promise<T>) => Promise<T>
}

/** A command's way to tell what it does, by the options that it was given. */
export function running({ terminal, signal }: CommandContext, command: Command): Running {
  const output = new Output(terminal, command.optsWithGlobals<OutputOptions>())
  return { output, during: (action) => output.during(signal, action) }
}
