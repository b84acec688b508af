import type { Command } from 'commander'
import { running, type CommandContext } from '../command-context.js'

export function addServe(program: Command, context: CommandContext): Command {
  return program
    .command('serve')
    .description('serve exports over HTTP, until it is told to stop')
    .action(async (_options: object, command: Command) => {
      const { during } = running(context, command)
      await during((listeners) => context.actions.serve(null, listeners))
    })
}
