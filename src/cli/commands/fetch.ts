import type { Command } from 'commander'
import { showBytes } from '../../core/files/free-space.js'
import { running, type CommandContext } from '../command-context.js'
import { plain } from '../paint.js'
import { counted } from '../table.js'

interface Options {
  readonly output?: string
  readonly force?: boolean
}

export function addFetch(program: Command, context: CommandContext): Command {
  return program
    .command('fetch')
    .argument('[WHICH]', 'latest, a date such as 2026-11-22, or github:owner/repo[@date]', 'latest')
    .description('bring a backup back from the backups branch')
    .option('-o, --output <FILE>', 'write to this file or folder')
    .option('--force', 'replace a file that is there')
    .action(async (which: string, { output: path, force = false }: Options, command: Command) => {
      const { output, during } = running(context, command)
      const request = { which, out: { path: path ?? null, force } }
      const report = await during((listeners) => context.actions.fetch(request, listeners))
      output.warn(report.warnings)
      const { name, exportDate, records, bytes, file } = report
      const amount = `${counted(records, 'record')}, ${showBytes(bytes)}`
      output.result(`fetched ${name} of ${exportDate} (${amount}) to ${plain(file)}`, report)
    })
}
