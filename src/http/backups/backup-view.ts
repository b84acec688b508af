import { z } from 'zod'
import { verdicts } from '../../core/backups/verification.js'
import { exportFormats } from '../../core/export-formats.js'
import type { BackupRecord } from '../../core/backups/catalog.js'
import { provedAt } from '../../core/backups/good-backups.js'
import { errorBodySchema, shownError } from '../error-answer.js'
import type { Scrubber } from '../scrubber.js'

const instant = z.iso.datetime()

export const backupSchema = z
  .object({
    id: z.string(),
    database: z.string(),
    label: z.string(),
    format: z.enum(exportFormats),
    status: z.enum(['in-progress', 'success', 'failed']),
    startedAt: instant,
    endedAt: instant.nullable(),
    startedBy: z.string(),
    size: z.number().nullable().meta({ description: 'In bytes, as it is stored.' }),
    records: z.number().nullable(),
    durationMs: z.number().nullable(),
    contentSha256: z.string().nullable().meta({ description: 'Equal for equal content.' }),
    encrypted: z.boolean(),
    verifiedAt: instant.nullable().meta({ description: 'The last proof that it restores.' }),
    copies: z.array(
      z.object({
        store: z.string(),
        verifiedAt: instant.nullable(),
        verified: z.enum(verdicts).nullable(),
      }),
    ),
    pinned: z.boolean(),
    unchangedFrom: z.string().nullable().meta({ description: 'The backup it found again.' }),
    error: errorBodySchema.nullable(),
    warnings: z.array(z.string()),
  })
  .meta({ id: 'Backup' })

export type BackupView = z.input<typeof backupSchema>

export const wholeBackupSchema = backupSchema
  .extend({
    models: z.array(z.object({ model: z.string(), records: z.number() })),
    excludedRows: z.array(z.string()).meta({ description: 'Models whose rows were left out.' }),
  })
  .meta({ id: 'WholeBackup' })

/** A backup as answers show it: what the machine calls its places is not in it. */
export function viewBackup(record: BackupRecord, scrubber: Scrubber): BackupView {
  const { process: _, leaving: _leaving, manifest, copies, error, warnings, ...plain } = record
  return {
    ...plain,
    size: manifest?.archive.size ?? null,
    records: manifest?.records ?? null,
    durationMs: manifest?.duration_ms ?? null,
    contentSha256: manifest?.content_sha256 ?? null,
    encrypted: manifest?.archive.codecs.includes('age') ?? false,
    verifiedAt: provedAt(record),
    copies: copies.map(({ store, verification }) => ({
      store,
      verifiedAt: verification?.at ?? null,
      verified: verification?.verdict ?? null,
    })),
    error: error && shownError(error, scrubber, `\`octavo show ${record.id}\` tells more`),
    warnings: warnings.map((warning) => scrubber.all(warning)),
  }
}

export function viewWholeBackup(
  record: BackupRecord,
  scrubber: Scrubber,
): z.input<typeof wholeBackupSchema> {
  const { models = [], excluded_rows: excludedRows = [] } = record.manifest ?? {}
  return {
    ...viewBackup(record, scrubber),
    models: models.map(({ model, records }) => ({ model, records })),
    excludedRows: [...excludedRows],
  }
}
