import { formatWords } from '../core/export-formats.js'
import { showBytes } from '../core/files/free-space.js'
import type { RewrittenColumns } from '../core/document.js'
import { shownLabel } from '../core/labels.js'
import type { InspectReport } from './actions.js'
import { plain } from './paint.js'
import { counted } from './table.js'

/** What a backup is and where it comes from, a line each. */
export function describeBackup(backup: InspectReport): string {
  const { format, compressed, encrypted, bytes, header, contentSha256 } = backup
  const coded = [...(compressed ? ['gzip'] : []), ...(encrypted ? ['encrypted with age'] : [])]
  const rows: [string, string][] = [
    [
      'backup',
      [
        format === 'django' ? 'fixture of Django' : formatWords[format],
        ...coded,
        showBytes(bytes),
      ].join(', '),
    ],
  ]
  if (header) {
    const { name, label, engine, engine_version } = header.database
    rows.push(
      ['exported', header.export_date],
      ['database', `${name} (${shownLabel(label)}), ${engine} ${engine_version}`],
      ['written by', header.generator],
    )
    if (header.selection) rows.push(['chosen models', header.selection.join(', ')])
    if (header.excluded_rows) rows.push(['without rows of', header.excluded_rows.join(', ')])
    if (header.rewritten) rows.push(['rewritten', rewritten(header.rewritten)])
    if (header.sample) rows.push(['note', 'made from the sample'])
  }
  rows.push(['holds', holds(backup)])
  if (contentSha256) rows.push(['content', contentSha256])
  return rows.map(([name, value]) => `${name.padEnd(16)}${plain(value)}`).join('\n')
}

function rewritten({ pseudonym, empty }: RewrittenColumns): string {
  const parts = [
    ...(pseudonym.length > 0 ? [`pseudonyms in ${pseudonym.join(', ')}`] : []),
    ...(empty.length > 0 ? [`nothing in ${empty.join(', ')}`] : []),
  ]
  return `for development: ${parts.join('; ')}`
}

function holds({
  format,
  records,
  tables,
  indexes,
  views,
  triggers,
  models,
}: InspectReport): string {
  if (format === 'django')
    return `${counted(records, 'record')} of ${counted(models.length, 'model')}, no schema`
  return [
    counted(records, 'record'),
    counted(tables, 'table'),
    counted(indexes, 'index', 'indexes'),
    counted(views, 'view'),
    counted(triggers, 'trigger'),
  ].join(', ')
}
