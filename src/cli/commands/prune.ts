import type { Command } from 'commander'
import { showBytes } from '../../core/files/free-space.js'
import type { PruneReport } from '../backup-actions.js'
import { running, type CommandContext } from '../command-context.js'
import { counted, table } from '../table.js'

interface Options {
  readonly dryRun?: boolean
  readonly store?: string
}

export function addPrune(program: Command, context: CommandContext): Command {
  return program
    .command('prune')
    .description('remove the backups that the retention policy does not keep')
    .option('--dry-run', 'change nothing, and say of each why it is kept or goes')
    .option('--store <NAME>', 'only in this store')
    .action(async ({ dryRun = false, store }: Options, command: Command) => {
      const { output, during } = running(context, command)
      const request = { dryRun, store: store ?? null }
      const stores = await during((listeners) => context.actions.prune(request, listeners))
      output.result(stores.map(showStore).join('\n\n'), { stores })
    })
}

function showStore({ store, dryRun, backups }: PruneReport): string {
  const kept = backups.filter((one) => one.kept)
  const bytes = kept.reduce((sum, { size }) => sum + size, 0)
  const goes = counted(backups.length - kept.length, 'backup')
  const sum = `${store}: ${dryRun ? 'would remove' : 'removed'} ${goes}, keeps ${kept.length} (${showBytes(bytes)})`
  if (backups.length === 0) return sum
  const rows = backups.map((one) => [
    one.kept ? 'keep' : 'remove',
    one.id,
    one.name,
    showBytes(one.size),
    one.reasons.join(', '),
  ])
  return `${sum}\n${table(['', 'id', 'backup', 'size', 'why'], rows)}`
}
