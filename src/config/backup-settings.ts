import { z } from 'zod'
import { wantedFormats } from '../core/export-formats.js'
import { OctavoError } from '../core/errors.js'
import { requireTemplate } from '../core/backups/archive-names.js'
import { flag, settingMeta, text, wholeNumber } from './setting-types.js'

const template = text.superRefine((value, context) => {
  try {
    requireTemplate(value)
  } catch (error) {
    if (!(error instanceof OctavoError)) throw error
    context.addIssue({ code: 'custom', message: `can't be used: ${error.message}` })
  }
})

const days = wholeNumber(1, 100_000)

/** What `octavo backup`, schedules and `octavo prune` need. */
export const backupSettings = {
  backupDir: text.optional().register(settingMeta, {
    group: 'backups',
    description:
      'The folder that keeps backups on this disk, and the catalog in `.octavo` below it. On a host with temporary disks it must be on a persistent one.',
    expects: 'a path',
    defaultShown: '`backups`, where no other store is configured',
    example: '/opt/render/project/data/backups',
  }),
  backupFormat: z.enum(wantedFormats).optional().register(settingMeta, {
    group: 'backups',
    description:
      'What a backup is: the JSON document (`json`), a page copy of an SQLite database (`sqlite`), what pg_dump writes of a PostgreSQL database (`custom`, or plain `sql`), or a document and one of the other kind (`both`: a page copy of SQLite, `custom` of PostgreSQL).',
    expects: 'json, sqlite, custom, sql or both',
    defaultShown:
      '`json`; for `octavo manage backup_database` a page copy of SQLite, or a plain dump of PostgreSQL',
    example: 'both',
  }),
  backupName: template.optional().register(settingMeta, {
    group: 'backups',
    description:
      'How backups are called in a store, without what says their kind. It may hold `{name}`, `{label}`, `{date}` (2026-11-22), `{time}` (00-17-05), `{yyyymmdd}` and `{hhmmss}`, all in UTC.',
    expects: 'a name such as backup_{label}_{date}_{time}',
    defaultShown:
      '`database_backup_{date}_{time}` for documents, `sqlite_backup_{yyyymmdd}_{hhmmss}` for page copies, `postgres_backup_{yyyymmdd}_{hhmmss}` for dumps',
    example: 'backup_{label}_{date}_{time}',
  }),
  backupGzip: flag.optional().register(settingMeta, {
    group: 'backups',
    description: 'Compress backups with gzip.',
    expects: 'true or false',
    defaultShown: '`true`; for page copies that `octavo manage backup_database` makes `false`',
    example: 'false',
  }),
  backupUnchanged: z.enum(['store', 'record', 'skip']).default('store').register(settingMeta, {
    group: 'backups',
    description:
      'What to do where nothing changed since the newest backup: `store` it all the same, `record` a run that found nothing new, or leave no trace (`skip`).',
    expects: 'store, record or skip',
    example: 'record',
  }),
  retentionDays: days.optional().register(settingMeta, {
    group: 'backups',
    description: 'Backups older than this are pruned. BACKUP_RETENTION_DAYS says the same.',
    expects: 'a whole number of days from 1 up',
    example: '30',
  }),
  backupRetentionDays: days.optional().register(settingMeta, {
    group: 'backups',
    description: 'Another name for RETENTION_DAYS.',
    expects: 'a whole number of days from 1 up',
    example: '30',
  }),
  maxBackups: days.optional().register(settingMeta, {
    group: 'backups',
    description:
      'How many backups of each database, and of each format, stay in a store; some more where a law of policies.md keeps them.',
    expects: 'a whole number from 1 up',
    example: '30',
  }),
}
