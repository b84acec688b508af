import type { Command } from 'commander'
import { statusWords, type BackupCopy, type BackupRecord } from '../../core/backups/catalog.js'
import { showBytes } from '../../core/files/free-space.js'
import { running, type CommandContext } from '../command-context.js'
import { plain } from '../paint.js'
import { counted, table } from '../table.js'

export function addShow(program: Command, context: CommandContext): Command {
  return program
    .command('show')
    .argument('<ID>', 'a backup, by its id or the beginning of it')
    .description('say all that is known of a backup')
    .action(async (id: string, _: object, command: Command) => {
      const { output, during } = running(context, command)
      const record = await during((listeners) => context.actions.showBackup({ id }, listeners))
      output.result(showRecord(record), record)
    })
}

function showRecord(record: BackupRecord): string {
  const { id, status, database, label, format, startedAt, startedBy, error, manifest } = record
  const lines = [
    `${id}  ${statusWords[status]}${record.pinned ? '  pinned' : ''}`,
    `database  ${plain(label === '' ? database : `${database} (${label})`)}, as ${format}`,
    `started   ${startedAt} by ${plain(startedBy)}`,
  ]
  if (record.endedAt !== null) lines.push(`ended     ${record.endedAt}`)
  if (error !== null)
    lines.push(
      `error     ${plain(error.message)} (${error.code})`,
      `hint      ${plain(error.hint)}`,
    )
  if (record.unchangedFrom !== null) lines.push(`nothing changed since ${record.unchangedFrom}`)
  if (manifest === null) return lines.join('\n')
  const { archive, plain: bare, records, excluded_rows: excluded } = manifest
  lines.push(
    `archive   ${plain(archive.name)}, ${showBytes(archive.size)} of ${showBytes(bare.size)} (${archive.codecs.join(', ') || 'as it is'})`,
    `sha256    ${archive.sha256}`,
    `content   ${counted(records, 'record')} of ${counted(manifest.models.length, 'model')}`,
    ...record.copies.map(showCopy),
  )
  if (excluded.length > 0) lines.push(`without the rows of ${plain(excluded.join(', '))}`)
  const rows = manifest.models.map((one) => [one.model, one.records])
  return `${lines.join('\n')}\n\n${table(['model', 'records'], rows)}`
}

function showCopy({ store, verification }: BackupCopy): string {
  const proof = verification
    ? `verified ${verification.at} (${verification.verdict})`
    : 'not verified'
  return `in        ${store}, ${proof}`
}
