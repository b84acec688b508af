import type { DatabaseAddress } from './database-address.js'

/** What an export may be: a document, a page copy of SQLite, or a dump of PostgreSQL in its two forms. */
export const exportFormats = ['json', 'sqlite', 'custom', 'sql'] as const
export type ExportFormat = (typeof exportFormats)[number]

/** What people may ask for; `both`: a document, and what belongs to the database's own kind. */
export const wantedFormats = [...exportFormats, 'both'] as const
export type WantedFormat = (typeof wantedFormats)[number]

export type DumpFormat = 'custom' | 'sql'

/** How the names of their files end, before codecs. */
export const formatSuffixes = {
  json: '.json',
  sqlite: '.db',
  custom: '.dump',
  sql: '.sql',
} as const satisfies Record<ExportFormat, string>

/** How people call them. */
export const formatWords = {
  json: 'JSON document',
  sqlite: 'native SQLite copy',
  custom: 'dump of pg_dump (custom)',
  sql: 'dump of pg_dump (plain SQL)',
} as const satisfies Record<ExportFormat, string>

/** Whether pg_dump writes it. */
export function isDump(format: ExportFormat): format is DumpFormat {
  return format === 'custom' || format === 'sql'
}

/** The formats to make of a database, the document first. */
export function formatsOf(
  wanted: WantedFormat,
  { engine }: Pick<DatabaseAddress, 'engine'>,
): readonly ExportFormat[] {
  if (wanted !== 'both') return [wanted]
  return ['json', engine === 'sqlite' ? 'sqlite' : 'custom']
}
