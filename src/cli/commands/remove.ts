import type { Command } from 'commander'
import type { BackupRecord } from '../../core/backups/catalog.js'
import { OctavoError } from '../../core/errors.js'
import { showBytes } from '../../core/files/free-space.js'
import { askPerson } from '../ask-person.js'
import { running, type CommandContext } from '../command-context.js'
import { plain } from '../paint.js'

interface Options {
  readonly yes?: true
  readonly force?: true
}

export function addRemove(program: Command, context: CommandContext): Command {
  return program
    .command('remove')
    .argument('<ID>', 'a backup, by its id or the beginning of it')
    .description('remove a backup from every store')
    .option('--yes', 'do not ask')
    .option('--force', 'also the newest verified one of its database and format')
    .action(async (wanted: string, options: Options, command: Command) => {
      const { output, during } = running(context, command)
      const record = await during((listeners) =>
        context.actions.showBackup({ id: wanted }, listeners),
      )
      const { id } = record
      output.say(describe(record))
      if (!options.yes) await confirm(id, context)
      const request = { id, force: options.force === true }
      const report = await during((listeners) => context.actions.removeBackup(request, listeners))
      const from = report.stores.length > 0 ? ` from ${report.stores.join(', ')}` : ''
      output.result(`${id} is removed${from}`, report)
    })
}

function describe({ id, database, label, startedAt, manifest, copies }: BackupRecord): string {
  const what = manifest === null ? 'a run without a backup' : showBytes(manifest.archive.size)
  const where = copies.map(({ store }) => store).join(', ') || 'no store'
  return plain(`${id}: ${database}${label && ` (${label})`} of ${startedAt}, ${what}, in ${where}`)
}

async function confirm(id: string, context: CommandContext): Promise<void> {
  const { tty } = context.terminal
  if (!tty.in || !tty.err) throw refuse('nobody is there to ask', 'Give --yes.')
  const answer = await askPerson(`Type YES to remove ${id} for good: `, context)
  if (answer.trim() !== 'YES') throw refuse('the answer was not YES')
}

function refuse(why: string, hint = 'Run it again and answer.'): OctavoError {
  return new OctavoError('confirmation-needed', `nothing was removed: ${why}`, { hint })
}
