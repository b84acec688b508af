import type { Command } from 'commander'
import { OctavoError } from '../../core/errors.js'
import type { Finding } from '../../jobs/doctor.js'
import { running, type CommandContext } from '../command-context.js'
import { plain, type Paint } from '../paint.js'

const colours = { ok: 'green', warning: 'yellow', failed: 'red' } as const

export function addDoctor(program: Command, context: CommandContext): Command {
  return program
    .command('doctor')
    .description(
      'check Node, the SQLite binding, the database, free space, the key and permissions',
    )
    .action(async (_options: object, command: Command) => {
      const { output, during } = running(context, command)
      const findings = await during((listeners) => context.actions.doctor(null, listeners))
      const failed = findings.filter(({ verdict }) => verdict === 'failed')
      const shown = findings.map((finding) => showFinding(finding, output.paint)).join('\n')
      output.result(shown, { ok: failed.length === 0, findings })
      if (failed.length === 0) return
      const checks = failed.map(({ check }) => check).join(', ')
      throw new OctavoError('doctor-failed', `not all is well: ${checks}`)
    })
}

function showFinding({ check, verdict, message, hint }: Finding, paint: Paint): string {
  const advice = hint === '' ? '' : `\n${' '.repeat(10)}${hint}`
  return `${paint(colours[verdict], verdict.padEnd(9))} ${check}: ${plain(message)}${advice}`
}
