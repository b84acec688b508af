import { Option, type Command } from 'commander'
import { showBytes } from '../../core/files/free-space.js'
import type { ConvertedFormat } from '../../jobs/convert/convert-types.js'
import { running, type CommandContext } from '../command-context.js'
import { addFixtureOptions, fixtureWish, type FixtureOptions } from '../fixture-options.js'
import { plain } from '../paint.js'
import { counted } from '../table.js'

interface Options extends FixtureOptions {
  readonly to: ConvertedFormat
  readonly schema?: string
  readonly output?: string
  readonly force?: true
}

export function addConvert(program: Command, context: CommandContext): Command {
  const command = program
    .command('convert')
    .argument('<FILE>', 'a backup: a file, an id, or github:owner/repo[@date]')
    .description('make a document, an SQLite file or a fixture of Django of a backup')
    .addOption(
      new Option('--to <format>', 'the format to make')
        .choices(['json', 'sqlite', 'django'])
        .makeOptionMandatory(),
    )
    .option('--schema <DATABASE>', 'for a fixture: a database that has its tables')
    .option('-o, --output <FILE>', 'write to this file or folder')
    .option('--force', 'replace a file that is there')
  return addFixtureOptions(command).action(
    async (file: string, options: Options, given: Command) => {
      const { output, during } = running(context, given)
      const { to, schema = null, force = false } = options
      const out = { path: options.output ?? null, force }
      const request = { file, to, schema, wish: fixtureWish(options), out }
      const result = await during((listeners) => context.actions.convert(request, listeners))
      output.warn(result.warnings)
      const { records, models, bytes } = result
      const what = `${counted(records, 'record')} of ${counted(models.length, 'model')}`
      const line = `converted ${what} (${showBytes(bytes)}) to ${plain(result.file)}`
      output.result(line, result)
    },
  )
}
