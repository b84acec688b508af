import type { Command } from 'commander'
import type { CommandContext } from '../command-context.js'

export function addServe(program: Command, { actions, signal }: CommandContext): Command {
  return program
    .command('serve')
    .description('serve exports over HTTP, until it is told to stop')
    .action(async () => {
      // Without a progress line: it would be drawn over the log.
      await actions.serve(null, { signal, onProgress: () => undefined })
    })
}
