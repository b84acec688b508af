import { InvalidArgumentError, type Command } from 'commander'
import { running, type CommandContext } from '../command-context.js'

interface Options {
  readonly due?: Date
  readonly missed?: boolean
}

const details = `
For cron, systemd and Render: several machines may start it, and one of them makes the backup. The service
(\`octavo serve\`) starts it by itself, unless SCHEDULE is off.`

export function addRunSchedule(program: Command, context: CommandContext): Command {
  return program
    .command('run-schedule')
    .argument('[NAME]', 'a schedule; not needed where there is one')
    .description('make the backups that a schedule has due, once')
    .option('--due <INSTANT>', 'of this time, not of the last one before now', instant)
    .option('--missed', 'only what should have run already, and did not')
    .addHelpText('after', details)
    .action(async (name: string | undefined, options: Options, command: Command) => {
      const { output, during } = running(context, command)
      const { due = null, missed = false } = options
      const request = { name, due, missed, tell: (line: string) => output.log(line) }
      const report = await during((listeners) => context.actions.runSchedule(request, listeners))
      const made = report.backups.map(({ id }) => id).join(', ')
      output.result(made === '' ? 'nothing was due here' : `backed up: ${made}`, report)
    })
}

function instant(text: string): Date {
  const at = new Date(text)
  if (!/^\d{4}-\d{2}-\d{2}T.*Z$/.test(text) || Number.isNaN(at.getTime()))
    throw new InvalidArgumentError('Give an instant in UTC, such as 2026-11-22T00:00:00Z.')
  return at
}
