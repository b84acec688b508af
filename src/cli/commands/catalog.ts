import type { Command } from 'commander'
import { running, type CommandContext } from '../command-context.js'
import { counted } from '../table.js'

export function addCatalog(program: Command, context: CommandContext): Command {
  const group = program.command('catalog').description('the list of backups and runs')
  group
    .command('rebuild')
    .description('make the catalog say what the stores hold')
    .action(async (_: object, command: Command) => {
      const { output, during } = running(context, command)
      const report = await during((listeners) => context.actions.rebuildCatalog(null, listeners))
      output.warn(report.warnings)
      const { added, changed } = report
      output.result(
        `${counted(added.length, 'backup')} added, ${counted(changed.length, 'backup')} corrected`,
        report,
      )
    })
  return group
}
