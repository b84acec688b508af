import { type ExportFormat, formatSuffixes } from './export-formats.js'

/** `2026-11-22_00-17-00`: the instant in UTC as file names carry it. */
export function fileInstant(at: Date): string {
  return at.toISOString().slice(0, 19).replace('T', '_').replaceAll(':', '-')
}

/** `20261122T001700Z`: the same for names that sort and are read by programs. */
export function compactInstant(at: Date): string {
  return at.toISOString().replaceAll(/[-:]|\.\d+/g, '')
}

/** `database_backup_2026-11-22_00-17-00.json`, the name that users know. */
export function documentFileName(at: Date): string {
  return `database_backup_${fileInstant(at)}.json`
}

/** `django_fixture_2026-11-22_00-17-00.json`: loaddata wants a name that ends so. */
export function fixtureFileName(at: Date): string {
  return `django_fixture_${fileInstant(at)}.json`
}

/** `sqlite_backup_20261122_001700.db`, `postgres_backup_20261122_001700.sql`: the names that users know. */
export function exportFileName(format: ExportFormat, at: Date): string {
  if (format === 'json') return documentFileName(at)
  const engine = format === 'sqlite' ? 'sqlite' : 'postgres'
  return `${engine}_backup_${fileInstant(at).replaceAll('-', '')}${formatSuffixes[format]}`
}

/** `backup_dev_2025-01-15_14-30-00.json`, the name that users of `--db-type` know. */
export function labelledFileName(label: string, suffix: string, at: Date): string {
  return `backup_${label}_${fileInstant(at)}${suffix}`
}
