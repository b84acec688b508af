import { Option, type Command } from 'commander'
import { showBytes } from '../../core/files/free-space.js'
import type { AdoptReport, ArchiveReport, CompactReport } from '../actions.js'
import { running, type CommandContext } from '../command-context.js'
import { plain } from '../paint.js'
import { counted } from '../table.js'

interface Options {
  readonly adopt?: boolean
  readonly compact?: boolean
}

export function addArchive(program: Command, context: CommandContext): Command {
  return program
    .command('archive')
    .description('fetch an export from BACKUP_URL, prove it and commit it to the backups branch')
    .option('--adopt', 'only: take over the documents in backups/ that have no manifest')
    .addOption(
      new Option(
        '--compact',
        'only: make the branch anew with the kept backups, without history',
      ).conflicts('adopt'),
    )
    .action(async ({ adopt, compact }: Options, command: Command) => {
      const { output, during } = running(context, command)
      const { actions } = context
      if (adopt) {
        const report = await during((listeners) => actions.adopt(null, listeners))
        output.warn(report.warnings)
        return output.result(adopted(report), report)
      }
      if (compact) {
        const report = await during((listeners) => actions.compact(null, listeners))
        return output.result(compacted(report), report)
      }
      const report = await during((listeners) => actions.archive(null, listeners))
      output.warn(report.warnings)
      output.result(archived(report), report)
    })
}

function archived(report: ArchiveReport): string {
  const { name, records, bytes, repository, branch, commit, kept, pruned, unchanged } = report
  const lines = [
    `archived ${name}: ${counted(records, 'record')}, ${showBytes(bytes)}`,
    `committed ${commit.slice(0, 12)} to ${branch} of ${repository}`,
    `kept ${counted(kept.length, 'backup')}, removed ${pruned.length}`,
  ]
  if (unchanged) lines.push('the content is that of the backup before: nothing was uploaded')
  return lines.join('\n')
}

function adopted({ repository, branch, commit, adopted: names, left }: AdoptReport): string {
  const done =
    commit === null
      ? `nothing to adopt on ${branch} of ${repository}`
      : `adopted ${counted(names.length, 'backup')} on ${branch} of ${repository}: they count, and are pruned, from the next run on`
  return [
    done,
    ...names.map((name) => `  ${name}`),
    ...left.map(({ path, reason }) => `left ${plain(path)}: ${plain(reason)}`),
  ].join('\n')
}

function compacted(report: CompactReport): string {
  const { repository, branch, commit, replaced, kept, pruned, left } = report
  return [
    `${branch} of ${repository} is one commit now, ${commit.slice(0, 12)}, without history`,
    `kept ${counted(kept.length, 'backup')}, removed ${pruned.length}`,
    ...left.map((path) => `left ${plain(path)}: it belongs to no backup`),
    `What was removed can be read by whoever knows its commit (${replaced.slice(0, 12)}) until GitHub`,
    'collects old objects: at once only where GitHub Support is asked, or the repository is deleted.',
  ].join('\n')
}
