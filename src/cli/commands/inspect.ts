import type { Command } from 'commander'
import { running, type CommandContext } from '../command-context.js'
import { describeBackup } from '../describe-backup.js'
import { modelTable } from '../model-table.js'

export function addInspect(program: Command, context: CommandContext): Command {
  return program
    .command('inspect')
    .argument('<FILE>', 'a backup: a file, an id, or github:owner/repo[@date]')
    .description('show what is inside a backup')
    .action(async (file: string, _options: object, command: Command) => {
      const { output, during } = running(context, command)
      const result = await during((listeners) => context.actions.inspect({ file }, listeners))
      output.result(`${describeBackup(result)}\n\n${modelTable(result.models)}`, result)
    })
}
