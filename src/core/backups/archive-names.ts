import { type ExportFormat, formatSuffixes } from '../export-formats.js'
import { OctavoError } from '../errors.js'
import { compactInstant } from '../names.js'
import type { BackupManifest } from './manifest.js'

/** How `--db-type` names backups where nothing else is configured. */
export const labelledTemplate = '{label}/backup_{label}_{date}_{time}'

/** What a template may name; the example is of `2026-11-22T00:17:05Z` in UTC. */
export const templateFields = {
  name: 'the name of the database',
  label: 'its label; its name where it has none',
  date: '2026-11-22',
  time: '00-17-05',
  yyyymmdd: '20261122',
  hhmmss: '001705',
} as const

type Field = keyof typeof templateFields

/** As people know them: of documents, of native copies, and of dumps. */
export const usualTemplates = {
  json: 'database_backup_{date}_{time}',
  sqlite: 'sqlite_backup_{yyyymmdd}_{hhmmss}',
  custom: 'postgres_backup_{yyyymmdd}_{hhmmss}',
  sql: 'postgres_backup_{yyyymmdd}_{hhmmss}',
} as const satisfies Record<ExportFormat, string>

/** One template for all formats. */
export function templatesOf(template: string): Readonly<Record<ExportFormat, string>> {
  return { json: template, sqlite: template, custom: template, sql: template }
}

export interface NamedBackup {
  readonly database: string
  readonly label: string
  readonly takenAt: Date
}

/**
 * The name of a backup in a store, without what says its kind. A template without date and time gives
 * names that clash: they get a number behind. Throws `config-invalid` for what is no template.
 */
export function archiveBaseName(template: string, backup: NamedBackup): string {
  const iso = backup.takenAt.toISOString()
  const [date, time] = [iso.slice(0, 10), iso.slice(11, 19).replaceAll(':', '-')]
  const values: Readonly<Record<Field, string>> = {
    name: backup.database,
    label: backup.label === '' ? backup.database : backup.label,
    date,
    time,
    yyyymmdd: date.replaceAll('-', ''),
    hhmmss: time.replaceAll('-', ''),
  }
  return template.replaceAll(/\{([^{}]*)\}/g, (_, field: string) => {
    if (!isField(field)) throw wrongTemplate(template, `"{${field}}" is not known`)
    return storable(values[field])
  })
}

/** Throws `config-invalid` where no name could be made of it. */
export function requireTemplate(template: string): void {
  const sample = { database: 'database', label: 'prod', takenAt: new Date(0) }
  const name = archiveBaseName(template, sample)
  const parts = name.split('/')
  if (!parts.every((part) => /^(?!\.)[\w.()-]{1,100}$/.test(part)) || parts.length > 3)
    throw wrongTemplate(template, 'names hold letters, digits, dots, dashes and underscores')
}

function isField(field: string): field is Field {
  return Object.hasOwn(templateFields, field)
}

/** A label may hold anything; a name in a store may not. */
export function storable(text: string): string {
  return text.replaceAll(/[^\w.()-]/g, '_').replace(/^\.+/, '_')
}

function wrongTemplate(template: string, why: string): OctavoError {
  return new OctavoError('config-invalid', `the name "${template}" can't be used: ${why}`, {
    hint: `It may hold ${Object.keys(templateFields)
      .map((field) => `{${field}}`)
      .join(', ')}.`,
  })
}

/** The files of one backup in a store, by its name there. */
export const objectNames = {
  manifest: (base: string) => `${base}.manifest.json`,
  pin: (base: string) => `${base}.pin.json`,
  /** Each verification is a file of its own: nothing in a store is written twice. */
  verification: (base: string, at: Date) => `${base}.verified-${compactInstant(at)}.json`,
}

const manifestEnd = '.manifest.json'

/** `database_backup_…` of the name of its manifest; null for what is no manifest. */
export function baseOfManifest(name: string): string | null {
  return name.endsWith(manifestEnd) ? name.slice(0, -manifestEnd.length) : null
}

/** Whether an object is a verification of the backup of this name. */
export function isVerificationOf(base: string, name: string): boolean {
  const rest = name.startsWith(base) ? name.slice(base.length) : ''
  return /^\.verified-\d{8}T\d{6}Z\.json$/.test(rest)
}

/** The name of a backup in a store, by its manifest. */
export function baseOfArchive({
  archive: { name, codecs },
  format,
}: Pick<BackupManifest, 'archive' | 'format'>): string {
  const ends = [formatSuffixes[format], codecs.includes('gzip') ? '.gz' : '']
  const suffix = [...ends, codecs.includes('age') ? '.age' : ''].join('')
  return name.slice(0, name.length - suffix.length)
}
