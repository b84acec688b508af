import type { Command } from 'commander'
import { showBytes } from '../../core/files/free-space.js'
import { running, type CommandContext } from '../command-context.js'
import { plain } from '../paint.js'
import { counted } from '../table.js'

interface Options {
  readonly output?: string
  readonly database?: string
  readonly force?: boolean
}

export function addFetch(program: Command, context: CommandContext): Command {
  return program
    .command('fetch')
    .argument(
      '[WHICH]',
      'latest, a date such as 2026-11-22, or github:owner/repo[@date][#database]',
      'latest',
    )
    .description('bring a backup back from the backups branch')
    .option('-o, --output <FILE>', 'write to this file or folder')
    .option('--database <NAME>', 'which one, where the branch holds backups of several')
    .option('--force', 'replace a file that is there')
    .action(async (which: string, options: Options, command: Command) => {
      const { output, during } = running(context, command)
      const { output: path = null, database = null, force = false } = options
      const request = { which, database, out: { path, force } }
      const report = await during((listeners) => context.actions.fetch(request, listeners))
      output.warn(report.warnings)
      const { name, exportDate, records, bytes, file } = report
      const amount = `${counted(records, 'record')}, ${showBytes(bytes)}`
      output.result(`fetched ${name} of ${exportDate} (${amount}) to ${plain(file)}`, report)
    })
}
