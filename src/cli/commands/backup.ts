import { Option, type Command } from 'commander'
import type { DatabaseType } from '../../config/choose-by-type.js'
import { wantedFormats } from '../../core/export-formats.js'
import type { BackUpRequest } from '../backup-actions.js'
import { backupSummary, labelledSummary } from '../backup-summary.js'
import { running, type CommandContext } from '../command-context.js'
import { dbTypeOption } from '../db-type.js'
import { wholeNumber } from '../whole-number.js'

interface Options {
  readonly format?: NonNullable<BackUpRequest['format']>
  readonly dbType?: DatabaseType
  readonly allowEmpty?: true
  readonly cleanup: boolean
  readonly retentionDays?: number
}

const details = `
A backup goes to every configured store (docs/backups.md), is fetched back from there, restored into a
scratch database and compared. Only then old backups are pruned; after a failure none is.`

export function addBackup(program: Command, context: CommandContext): Command {
  return program
    .command('backup')
    .argument('[DATABASE]', 'the database to back up')
    .description('keep a proved backup in every store, and prune old ones')
    .addOption(new Option('--format <format>', 'in place of BACKUP_FORMAT').choices(wantedFormats))
    .addOption(dbTypeOption())
    .option('--allow-empty', 'keep a backup in which no model holds a record')
    .option('--no-cleanup', 'prune nothing')
    .option('--retention-days <N>', 'prune what is older, in place of RETENTION_DAYS', wholeNumber)
    .addHelpText('after', details)
    .action(async (database: string | undefined, options: Options, command: Command) => {
      const { output, during } = running(context, command)
      const request: BackUpRequest = {
        database,
        format: options.format ?? null,
        dbType: options.dbType ?? null,
        allowEmpty: options.allowEmpty ?? false,
        prune: options.cleanup,
        retentionDays: options.retentionDays ?? null,
        startedBy: 'cli',
        tell: (line) => output.log(line),
      }
      const report = await during((listeners) => context.actions.backUp(request, listeners))
      output.result(options.dbType ? labelledSummary(report) : backupSummary(report), report)
    })
}
