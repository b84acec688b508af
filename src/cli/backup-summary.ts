import { showBytes } from '../core/files/free-space.js'
import type { BackUpReport } from './backup-actions.js'
import { createdLines } from './db-type.js'
import { plain } from './paint.js'
import { counted } from './table.js'

/** What a run kept and pruned, a line each. */
export function backupSummary({ backups, pruned }: BackUpReport): string {
  const lines = backups.map(({ id, manifest, unchangedFrom, copies }) => {
    if (manifest === null)
      return `${id}: nothing changed since ${unchangedFrom ?? 'the last backup'}`
    const size = showBytes(manifest.archive.size)
    const stores = copies.map(({ store }) => store).join(', ')
    return `${id}: ${plain(manifest.archive.name)} (${counted(manifest.records, 'record')}, ${size}) in ${stores}`
  })
  if (pruned.length > 0) lines.push(`pruned ${counted(pruned.length, 'backup')}`)
  return lines.join('\n')
}

/** The same behind the three lines of `backup_database`. */
export function labelledSummary(report: BackUpReport): string {
  const created = report.backups.flatMap(({ manifest, database, label, copies }) => {
    if (manifest === null) return []
    const { name, size } = manifest.archive
    const location = `${name} in ${copies.map(({ store }) => store).join(', ')}`
    return [createdLines({ file: name, bytes: size, location, label: label || database })]
  })
  return [...created, backupSummary(report)].join('\n')
}
