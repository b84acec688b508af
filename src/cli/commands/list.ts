import { Option, type Command } from 'commander'
import { statusWords, type BackupRecord, type BackupStatus } from '../../core/backups/catalog.js'
import { showBytes } from '../../core/files/free-space.js'
import type { ListedBackup } from '../backup-actions.js'
import { running, type CommandContext } from '../command-context.js'
import type { Paint } from '../paint.js'
import { table } from '../table.js'
import { wholeNumber } from '../whole-number.js'

interface Options {
  readonly last: number
  readonly status?: BackupStatus
  readonly database?: string
}

export function addList(program: Command, context: CommandContext): Command {
  return program
    .command('list')
    .description('list backups and runs, newest first')
    .option('--last <N>', 'so many', wholeNumber, 20)
    .addOption(
      new Option('--status <status>', 'only these').choices(['success', 'failed', 'in-progress']),
    )
    .option('--database <NAME>', 'only of this one')
    .action(async (options: Options, command: Command) => {
      const { output, during } = running(context, command)
      const { last, status = null, database = null } = options
      const request = { last, status, database }
      const backups = await during((listeners) => context.actions.listBackups(request, listeners))
      output.result(showList(backups, output.paint), { backups })
    })
}

function showList(backups: readonly ListedBackup[], paint: Paint): string {
  if (backups.length === 0) return 'no backups yet: `octavo backup` makes the first one'
  const heading = [
    'id',
    'status',
    'database',
    'taken (UTC)',
    'size',
    'change',
    'records',
    'took',
    'stores',
    'verified',
  ]
  const rows = backups.map((record) => {
    const { id, status, database, label, startedAt, manifest, copies, pinned } = record
    return [
      `${id}${pinned ? ' (pinned)' : ''}`,
      statusWords[status],
      label === '' ? database : `${database} (${label})`,
      startedAt.slice(0, 19).replace('T', ' '),
      manifest === null ? null : showBytes(manifest.archive.size),
      showChange(record),
      manifest?.records ?? null,
      manifest === null ? null : showSeconds(manifest.duration_ms),
      copies.map(({ store }) => store).join(', '),
      verifiedAt(record),
    ]
  })
  const [head = '', ...lines] = table(heading, rows).split('\n')
  return [head, ...lines.map((line, index) => coloured(line, backups[index], paint))].join('\n')
}

/** Of all copies the newest. */
function verifiedAt({ copies }: BackupRecord): string {
  const instants = copies.flatMap(({ verification }) => (verification ? [verification.at] : []))
  return (instants.toSorted().at(-1) ?? '').slice(0, 16).replace('T', ' ')
}

/** How the size differs from the backup before: what shrinks by half is seen at a glance. */
function showChange({ change }: ListedBackup): string {
  if (change === null) return ''
  if (change.bytes === 0) return '='
  const sign = change.bytes > 0 ? '+' : '-'
  if (change.percent === null) return `${sign}${showBytes(Math.abs(change.bytes))}`
  return `${sign}${Math.abs(change.percent).toFixed(1)}%`
}

function showSeconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}

function coloured(line: string, record: BackupRecord | undefined, paint: Paint): string {
  if (record?.status === 'failed') return paint('red', line)
  return record?.status === 'in-progress' ? paint('yellow', line) : line
}
