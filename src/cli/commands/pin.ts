import type { Command } from 'commander'
import { running, type CommandContext } from '../command-context.js'

export function addPin(program: Command, context: CommandContext): Command {
  return program
    .command('pin')
    .argument('<ID>', 'a backup, by its id or the beginning of it')
    .description('keep a backup whatever the retention policy says')
    .option('--remove', 'let the policy have it again')
    .action(async (id: string, { remove = false }: { remove?: boolean }, command: Command) => {
      const { output, during } = running(context, command)
      const request = { id, pinned: !remove }
      const record = await during((listeners) => context.actions.pin(request, listeners))
      const words = remove ? 'is not pinned any more' : 'is pinned: it is never pruned'
      output.result(`${record.id} ${words}`, record)
    })
}
