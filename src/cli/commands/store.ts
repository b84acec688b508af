import type { Command } from 'commander'
import { OctavoError } from '../../core/errors.js'
import type { StoreCheckReport } from '../backup-actions.js'
import { running, type CommandContext } from '../command-context.js'
import { plain, type Paint } from '../paint.js'

export function addStore(program: Command, context: CommandContext): Command {
  const group = program.command('store').description('the places where backups live')
  group
    .command('check')
    .argument('<NAME>', 'a configured store')
    .description('try out all that is asked of a store, with files of its own, removed at the end')
    .action(async (name: string, _: object, command: Command) => {
      const { output, during } = running(context, command)
      const report = await during((listeners) => context.actions.checkStore({ name }, listeners))
      output.result(showSteps(report, output.paint), report)
      const failed = report.steps.find(({ ok }) => !ok)
      if (failed)
        throw new OctavoError(
          'store-failed',
          `${report.shown} can't be relied on: ${failed.step}`,
          {
            hint: failed.reason ?? 'Look at the steps above.',
          },
        )
    })
  return group
}

function showSteps({ shown, steps }: StoreCheckReport, paint: Paint): string {
  const lines = steps.map(({ step, ok, ms, reason }) => {
    const word = ok ? paint('green', 'ok') : paint('red', 'failed')
    return `${word}  ${step} (${ms} ms)${reason === null ? '' : `: ${plain(reason)}`}`
  })
  return [plain(shown), ...lines].join('\n')
}
