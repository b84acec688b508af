import type { Command } from 'commander'
import type { DiffResult, ModelDiff } from '../../jobs/job-types.js'
import { running, type CommandContext } from '../command-context.js'
import { plain, type Paint } from '../paint.js'
import { table } from '../table.js'
import { wholeNumber } from '../whole-number.js'

const shownByDefault = 5

export function addDiff(program: Command, context: CommandContext): Command {
  return program
    .command('diff')
    .argument('<A>', 'a backup (a file, or github:owner/repo[@date]) or a database')
    .argument('<B>', 'a backup or a database')
    .description('show the records added, changed and removed from A to B')
    .option('--show <n>', 'how many records of each model to print', wholeNumber, shownByDefault)
    .action(async (a: string, b: string, { show }: { show: number }, command: Command) => {
      const { output, during } = running(context, command)
      const result = await during((listeners) => context.actions.diff({ a, b, show }, listeners))
      output.result(showDiff(result, output.paint), result)
    })
}

function showDiff({ equal, schemaChanged, models }: DiffResult, paint: Paint): string {
  if (equal) return 'no difference'
  const changed = models.filter(({ added, changed, removed }) => added + changed + removed > 0)
  const parts: string[] = []
  if (schemaChanged.length > 0)
    parts.push(`schema changed:\n${schemaChanged.map((name) => `  ${plain(name)}`).join('\n')}`)
  if (changed.length > 0)
    parts.push(
      table(
        ['model', 'added', 'changed', 'removed'],
        changed.map(({ model, added, changed, removed }) => [model, added, changed, removed]),
      ),
    )
  return [...parts, ...changed.flatMap((model) => showRecords(model, paint))].join('\n\n')
}

function showRecords({ model, shown }: ModelDiff, paint: Paint): string[] {
  if (shown.length === 0) return []
  const lines = shown.flatMap(({ a, b }) => [
    ...(a === null ? [] : [paint('red', `- ${plain(a)}`)]),
    ...(b === null ? [] : [paint('green', `+ ${plain(b)}`)]),
  ])
  return [`${paint('bold', plain(model))}\n${lines.join('\n')}`]
}
