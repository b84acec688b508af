import type { BackupManifest } from './manifest.js'
import type { BackupRecord } from './catalog.js'
import { provesRestore } from './verification.js'

/** A run that left something to restore. */
export interface GoodBackup {
  readonly run: BackupRecord
  /** When the database was as it is in there. */
  readonly at: Date
  /** What holds the content: the run itself, or the one that it found again. */
  readonly held: BackupRecord
  readonly manifest: BackupManifest
}

/** Two clocks differ; what is further ahead than this was written by a wrong one, and proves nothing. */
const mostAheadMs = 60 * 60 * 1000

/** The last instant that can be believed to have come. */
export function latestInstant(now: Date): Date {
  return new Date(now.getTime() + mostAheadMs)
}

/** Whether an instant can be believed to have come. */
export function hasCome(at: Date, now: Date): boolean {
  return at <= latestInstant(now)
}

/**
 * The runs that a store holds a backup of, in the order given. Where a run failed in one store and is
 * proved in another, it counts; one that stored nothing new counts as long as what it found again is there.
 */
export function goodBackups(records: readonly BackupRecord[], now: Date): GoodBackup[] {
  const byId = new Map(records.map((record) => [record.id, record]))
  return records.flatMap((run): GoodBackup[] => {
    const at = new Date(run.startedAt)
    const held = run.unchangedFrom === null ? run : byId.get(run.unchangedFrom)
    const { manifest, copies } = held ?? {}
    if (!held || !manifest || !copies?.length || !hasCome(at, now)) return []
    const isGood = run.status === 'success' || (run.status === 'failed' && isProved(run))
    return isGood ? [{ run, at, held, manifest }] : []
  })
}

/** Of all copies the last proof that what a store gives back restores; null where there is none. */
export function provedAt({ manifest, copies }: BackupRecord): string | null {
  if (!manifest || manifest.proved === null) return null
  const instants = copies.flatMap(({ verification }) =>
    verification && provesRestore(verification) ? [verification.at] : [],
  )
  return instants.toSorted().at(-1) ?? null
}

function isProved(record: BackupRecord): boolean {
  return provedAt(record) !== null
}
