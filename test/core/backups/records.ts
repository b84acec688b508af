import type { BackupRecord } from '../../../src/core/backups/catalog.js'
import type { KnownBackups } from '../../../src/core/backups/known-backups.js'
import { tallyRuns } from '../../../src/core/backups/run-history.js'
import type { BackupManifest } from '../../../src/core/backups/manifest.js'

export const hour = 60 * 60 * 1000
export const now = new Date('2026-11-22T12:00:00.000Z')

export interface Wish {
  /** Before `now`, in hours. */
  readonly ageHours: number
  readonly size?: number
  readonly models?: Readonly<Record<string, number>>
  readonly excluded?: readonly string[]
  readonly format?: 'json' | 'sqlite'
  readonly verdict?: 'snapshot' | 'bytes' | null
  readonly stores?: readonly string[]
  readonly change?: Partial<BackupRecord>
}

/** A run that went well, unless the wish says otherwise. */
export function backup(id: string, wish: Wish): BackupRecord {
  const { ageHours, format = 'json', verdict = 'snapshot', stores = ['disk'], change = {} } = wish
  const at = new Date(now.getTime() - ageHours * hour).toISOString()
  return {
    id,
    database: 'lab',
    label: 'prod',
    format,
    status: 'success',
    startedAt: at,
    endedAt: new Date(Date.parse(at) + 2000).toISOString(),
    startedBy: 'schedule daily',
    process: null,
    manifest: manifest(id, at, wish),
    error: null,
    warnings: [],
    copies: stores.map((store) => ({
      store,
      manifestName: `${id}.manifest.json`,
      verification: verdict && { octavo_verification: 1, id, at, verdict },
    })),
    pinned: false,
    leaving: [],
    unchangedFrom: null,
    ...change,
  }
}

/** A run that failed before it stored anything. */
export function failed(id: string, ageHours: number, format: 'json' | 'sqlite' = 'json') {
  const error = {
    code: 'space-short' as const,
    message: 'the disk is full',
    hint: 'Free some space.',
    details: {},
  }
  return backup(id, {
    ageHours,
    format,
    stores: [],
    change: { status: 'failed', manifest: null, error },
  })
}

/** A run that found the content of `of` again. */
export function unchanged(id: string, of: string, ageHours: number): BackupRecord {
  return backup(id, { ageHours, stores: [], change: { manifest: null, unchangedFrom: of } })
}

/** Of a database with a daily schedule, unless it is said otherwise. */
export function known(
  records: readonly BackupRecord[],
  change: Partial<KnownBackups> = {},
): KnownBackups {
  return {
    name: 'lab',
    label: 'prod',
    records,
    tally: tallyRuns(records, now),
    periodMs: 24 * hour,
    archivedAt: null,
    ...change,
  }
}

function manifest(id: string, at: string, wish: Wish): BackupManifest {
  const { size = 1000, models = { 'auth.User': 100 }, excluded = [], format = 'json' } = wish
  const counts = Object.entries(models).map(([model, records]) => ({ model, records }))
  return {
    octavo_backup: 1,
    id,
    taken_at: at,
    database: { name: 'lab', label: 'prod', engine: 'sqlite' },
    generator: 'octavo 0.1.0',
    started_by: 'schedule daily',
    format,
    archive: { name: `${id}.json`, size, sha256: 'a'.repeat(64), codecs: [] },
    plain: { size, sha256: 'a'.repeat(64) },
    content_sha256: format === 'json' ? 'c'.repeat(64) : null,
    excluded_rows: [...excluded],
    records: counts.reduce((sum, { records }) => sum + records, 0),
    models: counts,
    duration_ms: 1500,
    proved: 'snapshot',
  }
}
