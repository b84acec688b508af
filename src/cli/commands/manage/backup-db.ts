import { Option, type Command } from 'commander'
import { running, type CommandContext } from '../../command-context.js'
import type { BackUpToFileRequest } from '../../manage-actions.js'
import { plain } from '../../paint.js'

interface Options {
  readonly format: BackUpToFileRequest['format']
  readonly outputDir: string
}

const details = `
The file is backup_DATE_TIME.json or .sql, the instant in UTC. A dump is restored into a scratch
database and compared before it gets its name. A fixture holds all apps; it is read to its end, and of
SQLite tried out in the database's own tables. Nothing is pruned, and octavo check does not see these
files: octavo backup keeps backups.`

export function addBackupDb(group: Command, context: CommandContext): Command {
  return group
    .command('backup_db')
    .alias('backup-db')
    .description('write a fixture of Django, or a plain dump of PostgreSQL')
    .addOption(
      new Option('--format <format>', 'json is a fixture, sql a dump')
        .choices(['sql', 'json'])
        .default('json'),
    )
    .option('--output-dir <DIR>', 'the folder; it is made where it is not there', 'backups')
    .addHelpText('after', details)
    .action(async ({ format, outputDir: folder }: Options, command: Command) => {
      const { output, during } = running(context, command)
      const request = { format, folder }
      const made = await during((listeners) => context.actions.backUpToFile(request, listeners))
      output.warn(made.warnings)
      output.result(`Successfully created backup: ${plain(made.location)}`, made)
    })
}
