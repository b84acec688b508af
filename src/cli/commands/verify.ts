import type { Command } from 'commander'
import type { VerifyResult } from '../../jobs/job-types.js'
import { commaList } from '../comma-list.js'
import { running, type CommandContext } from '../command-context.js'
import { modelTable } from '../model-table.js'
import { wholeNumber } from '../whole-number.js'
import { counted } from '../table.js'

interface Options {
  readonly expect?: readonly string[]
  readonly maxAge?: number
}

export function addVerify(program: Command, context: CommandContext): Command {
  return program
    .command('verify')
    .argument('<FILE>', 'a backup: a file, or github:owner/repo[@date][#database]')
    .description('prove that a backup restores, in a scratch database')
    .option('--expect <a,b>', 'demand that these models are there and not empty', commaList)
    .option('--max-age <DAYS>', 'demand that the backup is not older', wholeNumber)
    .action(async (file: string, options: Options, command: Command) => {
      const { output, during } = running(context, command)
      const request = { file, expect: options.expect ?? [], maxAge: options.maxAge ?? null }
      const result = await during((listeners) => context.actions.verify(request, listeners))
      output.warn(result.warnings)
      output.result(`${modelTable(result.models)}\n\n${verdict(result, output.paint)}`, result)
    })
}

function verdict(
  { records, verified, canonical }: VerifyResult,
  paint: (colour: 'green', text: string) => string,
): string {
  const proof =
    verified === 'pages'
      ? 'every page was read and checked'
      : 'restored, exported again and found equal'
  const layout = canonical ? '' : '; its layout was changed after it was written'
  return `${paint('green', 'verified:')} ${counted(records, 'record')}, ${proof}${layout}`
}
