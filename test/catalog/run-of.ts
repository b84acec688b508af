import type { BackupRecord } from '../../src/core/backups/catalog.js'
import type { BackupManifest } from '../../src/core/backups/manifest.js'

/** The id of the run that began `second` seconds into 2026. */
export function idOf(second: number, digits = '0000ab'): string {
  const instant = instantOf(second).slice(0, 19).replaceAll(/[-:]/g, '')
  return `${instant}Z-${digits}`
}

export function instantOf(second: number): string {
  return new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString()
}

/** A run as it is added when it begins. */
export function runOf(second: number, change: Partial<BackupRecord> = {}): BackupRecord {
  return {
    id: idOf(second),
    database: 'lab',
    label: 'prod',
    format: 'json',
    status: 'in-progress',
    startedAt: instantOf(second),
    endedAt: null,
    startedBy: 'schedule daily',
    process: '{"pid":12}',
    manifest: null,
    error: null,
    warnings: [],
    copies: [],
    pinned: false,
    leaving: [],
    unchangedFrom: null,
    ...change,
  }
}

export function manifestOf(second: number): BackupManifest {
  const name = 'database_backup_2026-01-01_00-00-00'
  return {
    octavo_backup: 1,
    id: idOf(second),
    taken_at: instantOf(second),
    database: { name: 'lab', label: 'prod', engine: 'sqlite' },
    generator: 'octavo 0.1.0',
    started_by: 'schedule daily',
    format: 'json',
    archive: { name: `${name}.json.gz`, size: 800, sha256: 'a'.repeat(64), codecs: ['gzip'] },
    plain: { size: 4000, sha256: 'b'.repeat(64) },
    content_sha256: 'c'.repeat(64),
    excluded_rows: [],
    records: 12,
    models: [{ model: 'auth.User', records: 12 }],
    duration_ms: 1500,
    proved: 'snapshot',
  }
}

/** What a run that went well has become. */
export function succeeded(second: number): Partial<Omit<BackupRecord, 'id'>> {
  return {
    status: 'success',
    endedAt: instantOf(second + 2),
    process: null,
    manifest: manifestOf(second),
    copies: [
      {
        store: 'disk',
        manifestName: 'database_backup_2026-01-01_00-00-00.manifest.json',
        verification: {
          octavo_verification: 1,
          id: idOf(second),
          at: instantOf(second + 3),
          verdict: 'snapshot',
        },
      },
    ],
  }
}
