import type { Command } from 'commander'
import { running, type CommandContext } from '../command-context.js'
import { plain } from '../paint.js'
import { requireHealthy, showHealth } from '../show-health.js'

const details = `
For cron and monitoring (docs/monitoring.md): it ends with 0 where all is well, and with 4 where somebody
has to look. Whoever is configured is told once when something is wrong, and once when it is over.`

export function addCheck(program: Command, context: CommandContext): Command {
  return program
    .command('check')
    .description('say whether the backups are fresh, proved and whole')
    .addHelpText('after', details)
    .action(async (_: object, command: Command) => {
      const { output, during } = running(context, command)
      const request = { tell: (line: string) => output.say(plain(line)) }
      const health = await during((listeners) => context.actions.checkBackups(request, listeners))
      const ok = health.findings.length === 0
      output.result(showHealth(health), { ok, ...health })
      requireHealthy(health)
    })
}
