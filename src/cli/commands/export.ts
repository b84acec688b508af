import { Option, type Command } from 'commander'
import type { DatabaseType } from '../../config/choose-by-type.js'
import { OctavoError } from '../../core/errors.js'
import { exportFormats } from '../../core/export-formats.js'
import { showBytes } from '../../core/files/free-space.js'
import type { ExportFormat, ExportResult } from '../../jobs/job-types.js'
import type { FixtureResult } from '../../jobs/fixture/fixture-types.js'
import type { ExportReport, ExportRequest, FixtureReport } from '../actions.js'
import { commaList } from '../comma-list.js'
import { createdLines, dbTypeOption } from '../db-type.js'
import { running, type CommandContext } from '../command-context.js'
import {
  addFixtureOptions,
  fixtureWish,
  refuseFixtureOptions,
  type FixtureOptions,
} from '../fixture-options.js'
import { plain } from '../paint.js'
import { counted } from '../table.js'

interface Options extends FixtureOptions {
  readonly output?: string
  readonly models?: readonly string[]
  readonly app?: readonly string[]
  readonly format: ExportFormat | 'django'
  readonly verify?: true
  readonly dbType?: DatabaseType
  readonly allowEmpty?: true
  readonly force?: true
  readonly json?: true
}

const details = `
Without -o the export goes to a pipe or redirection where there is one; on a terminal, and with
--json, to a file in the current folder: database_backup_DATE_TIME.json, or sqlite_backup_….db,
postgres_backup_….dump or ….sql as its format is, with …_2 and so on where that name is taken.
With --db-type it goes to backups/LABEL/backup_LABEL_DATE_TIME.json.`

export function addExport(program: Command, context: CommandContext): Command {
  const command = program
    .command('export')
    .argument('[DATABASE]', 'the database to export')
    .description('export a database as one consistent document')
    .option('-o, --output <FILE>', 'write to this file or folder; - is the standard output')
    .option('--models <a,b>', 'export these models only', commaList)
    .option('--app <a,b>', 'export the models of these apps only (--format django)', commaList)
    .addOption(
      new Option(
        '--format <format>',
        'a JSON document, a copy of an SQLite file, a dump of PostgreSQL (custom, sql), or a fixture of Django',
      )
        .choices([...exportFormats, 'django'])
        .default('json'),
    )
    .option('--verify', 'prove that the export restores, and compare it with the source row by row')
    .addOption(dbTypeOption())
    .option('--allow-empty', 'write an export in which no model holds a record')
    .option('--force', 'replace a file that is there')
  return addFixtureOptions(command)
    .addHelpText('after', details)
    .action(async (database: string | undefined, options: Options, command: Command) => {
      const { output, during } = running(context, command)
      const out = chooseOutput(command.optsWithGlobals<Options>(), context)
      const result = await during<ExportReport | FixtureReport>(async (listeners) => {
        const { models = [], app = [], format, verify = false } = options
        const { dbType = null, allowEmpty = false } = options
        const asked = { database, dbType, allowEmpty, out }
        if (format === 'django') {
          if (verify) throw noProof()
          const request = { ...asked, models: [...app, ...models] }
          return context.actions.exportFixture(
            { ...request, wish: fixtureWish(options) },
            listeners,
          )
        }
        refuseFixtureOptions({ ...options, ...(app.length > 0 && { indent: 0 }) })
        return context.actions.export({ ...asked, models, format, verify }, listeners)
      })
      output.warn(result.warnings)
      const streamed = 'stream' in out
      const shown = [
        ...(options.dbType && !streamed ? [created(result)] : []),
        summary(result, streamed),
      ]
      output.result(shown.join('\n'), result, streamed ? 'err' : 'out')
    })
}

function chooseOutput(options: Options, { terminal }: CommandContext): ExportRequest['out'] {
  const { output, json, format, dbType, force = false } = options
  if (output === '-' && json)
    throw new OctavoError('usage', '--json and -o - both want the standard output', {
      hint: 'Give -o FILE beside --json.',
    })
  if (output === '-' && (format === 'sqlite' || format === 'custom') && terminal.tty.out)
    throw new OctavoError('usage', `--format ${format} is no text for a terminal`, {
      hint: 'Give -o FILE.',
    })
  const piped = output === undefined && !json && !dbType && !terminal.tty.out
  if (output === '-' || piped) return { stream: terminal.out }
  return { path: output ?? null, force }
}

/** A fixture holds no schema; the rows that it leaves out, only a document proves. */
function noProof(): OctavoError {
  return new OctavoError(
    'usage',
    'a fixture has no schema to be restored with: it is not verified',
    {
      hint: 'Leave out --verify; or export a document, which is proved as a whole.',
    },
  )
}

function created({ file, bytes, location, database }: ExportReport | FixtureReport): string {
  return createdLines({ file, bytes, location, label: database.label })
}

function summary(result: ExportResult | FixtureResult, streamed: boolean): string {
  const { records, models, bytes, format, verified, excludedRows, file } = result
  const where = streamed ? '' : ` to ${plain(file)}`
  const lines = [
    `exported ${counted(records, 'record')} of ${counted(models.length, 'model')} (${showBytes(bytes)})${where}`,
  ]
  const restored = format === 'sqlite' ? '' : 'restored into a scratch database and '
  if (verified) lines.push(`verified: ${restored}equal to the source, row by row`)
  if (excludedRows.length > 0) lines.push(`without the rows of ${plain(excludedRows.join(', '))}`)
  return lines.join('\n')
}
