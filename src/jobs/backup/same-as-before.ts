import type { BackupRecord } from '../../core/backups/catalog.js'
import { provesRestore } from '../../core/backups/verification.js'
import { generator } from '../../core/generator.js'
import type { ExportResult } from '../job-types.js'
import type { BackupRequest, BackupRoom } from './backup-types.js'

/**
 * The newest backup, where it holds the same, is proved in every store that is configured, and was made
 * by the same version with the same settings; null where that is not so, or not asked for.
 */
export async function sameAsBefore(
  { catalog, stores, unchanged }: BackupRoom,
  { database, format }: BackupRequest,
  { contentSha256, excludedRows }: ExportResult,
): Promise<string | null> {
  if (unchanged === 'store' || contentSha256 === null) return null
  const records = await catalog.list({ database: database.name, status: 'success' })
  const newest = records.find(
    ({ manifest, label }) => manifest?.format === format && label === database.label,
  )
  const { manifest } = newest ?? {}
  if (!newest || !manifest) return null
  const same =
    manifest.content_sha256 === contentSha256 &&
    manifest.generator === generator &&
    JSON.stringify(manifest.excluded_rows) === JSON.stringify(excludedRows) &&
    stores.every(({ store }) => isProvedIn(newest, store.name))
  return same ? newest.id : null
}

function isProvedIn({ copies }: BackupRecord, name: string): boolean {
  return copies.some(
    ({ store, verification }) =>
      store === name && verification !== null && provesRestore(verification),
  )
}
