import type { Command } from 'commander'
import type { BackupHealth, DatabaseHealth } from '../../core/backups/describe-health.js'
import type { Finding } from '../../core/backups/notifier.js'
import { showAge } from '../../core/backups/show-age.js'
import { OctavoError } from '../../core/errors.js'
import { running, type CommandContext } from '../command-context.js'
import { plain } from '../paint.js'
import { counted, table } from '../table.js'

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
      const { findings } = health
      output.result(showHealth(health), { ok: findings.length === 0, ...health })
      if (findings.length === 0) return
      const lines = findings.map((finding) => `  ${showFinding(finding)}`)
      throw new OctavoError(
        'unhealthy',
        [`${counted(findings.length, 'finding')} about the backups`, ...lines].join('\n'),
        { details: { findings } },
      )
    })
}

function showHealth({ databases, findings }: BackupHealth): string {
  if (databases.length === 0) return 'no database is configured, and there is no backup'
  const heading = ['database', 'newest backup', 'age', 'records', 'verified (UTC)']
  const shown = table(heading, databases.map(row))
  return findings.length === 0 ? `${shown}\nall is well` : shown
}

function row({ name, label, newest, archivedAt, ageMs }: DatabaseHealth) {
  const archived = archivedAt === null ? 'none' : `archived ${minute(archivedAt)}`
  return [
    label === '' ? name : `${name} (${label})`,
    newest?.id ?? archived,
    ageMs === null ? null : showAge(ageMs),
    newest?.records ?? null,
    newest?.verifiedAt ? minute(newest.verifiedAt) : newest ? 'no' : null,
  ]
}

function minute(instant: string): string {
  return instant.slice(0, 16).replace('T', ' ')
}

/** The message of an error holds it: each on two lines, with what to do on the second. */
function showFinding({ check, database, backup, message, hint }: Finding): string {
  const about = backup === null ? check : `${check}, backup ${backup}`
  return `${database}: ${message} (${about})\n    ${hint}`
}
