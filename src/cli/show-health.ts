import type { BackupHealth, DatabaseHealth } from '../core/backups/describe-health.js'
import type { Finding } from '../core/backups/notifier.js'
import { showAge } from '../core/backups/show-age.js'
import { OctavoError } from '../core/errors.js'
import { counted, table } from './table.js'

/** A table of the databases. */
export function showHealth({ databases, findings }: BackupHealth): string {
  if (databases.length === 0) return 'no database is configured, and there is no backup'
  const heading = ['database', 'newest backup', 'age', 'records', 'verified (UTC)']
  const shown = table(heading, databases.map(row))
  return findings.length === 0 ? `${shown}\nall is well` : shown
}

/** Throws `unhealthy`, with every finding, where there is one. */
export function requireHealthy({ findings }: BackupHealth): void {
  if (findings.length === 0) return
  const lines = findings.map((finding) => `  ${showFinding(finding)}`)
  throw new OctavoError(
    'unhealthy',
    [`${counted(findings.length, 'finding')} about the backups`, ...lines].join('\n'),
    { details: { findings } },
  )
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
