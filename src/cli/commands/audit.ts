import type { Command } from 'commander'
import type { AuditEntry } from '../../core/access.js'
import { running, type CommandContext } from '../command-context.js'
import { table } from '../table.js'
import { wholeNumber } from '../whole-number.js'

export function addAudit(program: Command, context: CommandContext): Command {
  return program
    .command('audit')
    .description('show who did what, newest first')
    .option('--last <N>', 'so many', wholeNumber, 20)
    .action(async ({ last }: { last: number }, command: Command) => {
      const { output, during } = running(context, command)
      const request = { last: Math.max(1, last) }
      const report = await during((listeners) => context.actions.readAudit(request, listeners))
      output.result(showTrail(report.entries), report)
    })
}

function showTrail(entries: readonly AuditEntry[]): string {
  if (entries.length === 0) return 'nothing has been noted yet'
  const rows = entries.map(({ at, who, from, action, subject, outcome, detail }) => [
    at.toISOString().slice(0, 19).replace('T', ' '),
    from === null ? who : `${who} at ${from}`,
    action,
    subject,
    outcome,
    detail,
  ])
  return table(['when (UTC)', 'who', 'what', 'of', 'outcome', 'detail'], rows)
}
