import type { Command } from 'commander'
import type { DatabaseType } from '../../../config/choose-by-type.js'
import { labelledSummary } from '../../backup-summary.js'
import { running, type CommandContext } from '../../command-context.js'
import { createdLines, dbTypeOption } from '../../db-type.js'
import { wholeNumber } from '../../whole-number.js'

interface Options {
  readonly dbType?: DatabaseType
  readonly retentionDays?: number
  readonly cleanup: boolean
}

const details = `
Where --db-type is given, or DATABASE_URL_PROD is set, it writes one proved file,
backups/LABEL/backup_LABEL_DATE_TIME.json, as octavo export --db-type does. It is not pruned.
Else it keeps a proved backup and prunes old ones, as octavo backup does: in BACKUP_DIR, by
BACKUP_RETENTION_DAYS, as sqlite_backup_DATE_TIME.db or postgres_backup_DATE_TIME.sql.gz where
BACKUP_FORMAT, BACKUP_GZIP and BACKUP_NAME say nothing else.
--retention-days and --no-cleanup always ask for such a kept backup.`

export function addBackupDatabase(group: Command, context: CommandContext): Command {
  return group
    .command('backup_database')
    .alias('backup-database')
    .description('back up the database: a file with its label, or a kept backup')
    .addOption(dbTypeOption())
    .option('--retention-days <N>', 'prune what is older, in place of RETENTION_DAYS', wholeNumber)
    .option('--no-cleanup', 'prune nothing')
    .addHelpText('after', details)
    .action(async (options: Options, command: Command) => {
      if (options.retentionDays !== undefined || !options.cleanup)
        return keep(context, options, command)
      const { during } = running(context, command)
      const dbType =
        options.dbType ?? (await during((listeners) => context.actions.usualType(null, listeners)))
      if (dbType === null) return keep(context, options, command)
      return writeFile(context, dbType, command)
    })
}

async function writeFile(
  context: CommandContext,
  dbType: DatabaseType,
  command: Command,
): Promise<void> {
  const { output, during } = running(context, command)
  const out = { path: null, force: false }
  const asked = { database: undefined, dbType, allowEmpty: false, models: [], out }
  const request = { ...asked, format: 'json', verify: true } as const
  const report = await during((listeners) => context.actions.export(request, listeners))
  output.warn(report.warnings)
  const { file, bytes, location, database } = report
  output.result(createdLines({ file, bytes, location, label: database.label }), report)
}

async function keep(context: CommandContext, options: Options, command: Command): Promise<void> {
  const { output, during } = running(context, command)
  const { dbType = null, retentionDays = null, cleanup } = options
  const request = {
    database: undefined,
    format: null,
    dbType,
    ...(dbType === null && { asOfOld: true as const }),
    allowEmpty: false,
    prune: cleanup,
    retentionDays,
    startedBy: 'cli',
    tell: (line: string) => output.log(line),
  }
  const report = await during((listeners) => context.actions.backUp(request, listeners))
  output.result(labelledSummary(report), report)
}
