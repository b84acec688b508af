import type { Command } from 'commander'
import type { BackupRecord } from '../../../core/backups/catalog.js'
import { running, type CommandContext } from '../../command-context.js'
import { plain } from '../../paint.js'
import { requireHealthy, showHealth } from '../../show-health.js'

const recentMs = 25 * 60 * 60 * 1000

/** Enough for a run every two minutes. */
const mostRuns = 1000

const details = `
It counts the backups that octavo backup and the service keep, of the last 25 hours; files of backup_db
are not among them. Behind it stands what octavo check finds, and its exit code: 4 where somebody has to
look.`

export function addCheckBackups(group: Command, context: CommandContext): Command {
  return group
    .command('check_backups')
    .alias('check-backups')
    .description('count recent backups, and say whether they are proved and whole')
    .addHelpText('after', details)
    .action(async (_: object, command: Command) => {
      const { output, during } = running(context, command)
      const wish = { database: null, status: 'success', last: mostRuns } as const
      const runs = await during((listeners) => context.actions.listBackups(wish, listeners))
      const request = { tell: (line: string) => output.say(plain(line)) }
      const health = await during((listeners) => context.actions.checkBackups(request, listeners))
      const since = Date.parse(health.checkedAt) - recentMs
      const recent = runs.filter((run) => isHeld(run) && Date.parse(run.startedAt) >= since).length
      const found = recent === 0 ? 'No recent backups found!' : `Found ${recent} recent backups`
      const ok = health.findings.length === 0
      output.result(`${found}\n${showHealth(health)}`, { ok, recent, ...health })
      requireHealthy(health)
    })
}

/** In a store, or found unchanged there. */
function isHeld({ copies, unchangedFrom }: BackupRecord): boolean {
  return copies.length > 0 || unchangedFrom !== null
}
