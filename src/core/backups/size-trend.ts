import type { BackupRecord } from './catalog.js'
import type { BackupManifest } from './manifest.js'

/** What a run made, for a curve over time. */
export interface TrendPoint {
  readonly id: string
  /** The start of the run, ISO 8601. */
  readonly at: string
  /** In bytes, as it was stored. */
  readonly size: number
  readonly records: number
  readonly durationMs: number
}

/** How much larger a backup is than the one before it. */
export interface SizeChange {
  readonly bytes: number
  /** Null where the one before was empty. */
  readonly percent: number | null
}

/** A run that succeeded and made a backup, whether or not that was pruned since. */
export type MadeBackup = BackupRecord & { readonly manifest: BackupManifest }

export function isMade(record: BackupRecord): record is MadeBackup {
  return record.status === 'success' && record.manifest !== null
}

export function trendPoint({ id, startedAt, manifest }: MadeBackup): TrendPoint {
  const { archive, records, duration_ms: durationMs } = manifest
  return { id, at: startedAt, size: archive.size, records, durationMs }
}

/** Sizes are compared within what is made in the same way from the same database. */
export function isSameSeries(a: BackupRecord, b: BackupRecord): boolean {
  return a.database === b.database && a.label === b.label && a.format === b.format
}

export function sizeChange(of: MadeBackup, before: MadeBackup): SizeChange {
  const was = before.manifest.archive.size
  const bytes = of.manifest.archive.size - was
  return { bytes, percent: was === 0 ? null : Math.round((bytes / was) * 1000) / 10 }
}
