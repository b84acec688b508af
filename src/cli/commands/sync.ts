import type { Command } from 'commander'
import { shownLabel } from '../../core/labels.js'
import type { SyncPlan, SyncReport } from '../actions.js'
import { running, type CommandContext } from '../command-context.js'
import { confirmRestore } from '../confirm-restore.js'
import { describePlan, describeRestore } from '../describe-restore.js'
import { plain } from '../paint.js'
import { counted } from '../table.js'

interface Options {
  readonly dryRun?: true
  readonly yes?: true
  readonly confirm?: string
}

const details = `
FROM and TO are configured names, addresses, or prod (the database of DATABASE_URL_PROD) and dev (that of
DATABASE_URL). TO gets schema and rows of FROM; sync.columns of octavo.config.json says which columns
become pseudonyms or empty on the way (docs/sync.md). Production is never written to.`

export function addSync(program: Command, context: CommandContext): Command {
  return program
    .command('sync')
    .argument('<FROM>', 'the database to take from')
    .argument('<TO>', 'the database to replace')
    .description('take production to development, with chosen columns rewritten')
    .option('--dry-run', 'show what would change and which columns have no rule; change nothing')
    .option('--yes', 'do not ask before a database with content is replaced')
    .option('--confirm <NAME>', 'the name of the database, where its label is not known')
    .addHelpText('after', details)
    .action(async (from: string, to: string, options: Options, command: Command) => {
      const { output, during } = running(context, command)
      const { dryRun = false, yes = false, confirm } = options
      const plan = await during((listeners) => context.actions.planSync({ from, to }, listeners))
      output.say(`${describeFrom(plan)}\n${describePlan(plan)}\n`)
      const confirmed = dryRun
        ? null
        : await confirmRestore(plan, { yes, confirm, unlessLabelled: true }, context)
      const request = { from, to, dryRun, confirmed }
      const report = await during((listeners) => context.actions.sync(request, listeners))
      output.warn(report.warnings)
      output.result(
        `${describeRewriting(report)}\n${describeRestore(report.restored, plan.target)}`,
        report,
      )
    })
}

function describeFrom({ from: { name, label, address } }: SyncPlan): string {
  return `${'from'.padEnd(16)}${plain(`${address.shown} (${name}, ${shownLabel(label)})`)}`
}

function describeRewriting({ rewritten, restored: { dryRun } }: SyncReport): string {
  const word = dryRun ? 'would be' : 'is'
  const lines = rewritten.map(({ model, column, rule, records }) => {
    const what = rule === 'empty' ? 'empty' : 'a pseudonym'
    return `${plain(`${model}.${column}`)} ${word} ${what} in ${counted(records, 'record')}`
  })
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`
}
