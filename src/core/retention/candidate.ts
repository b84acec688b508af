import type { BackupCopy, BackupRecord, BackupStatus } from '../backups/catalog.js'
import { provesRestore } from '../backups/verification.js'

/** A backup in a store, as the retention rule sees it. */
export interface RetentionCandidate {
  /** Unique among those given; it decides between equal instants. */
  readonly id: string
  /** What people and the store call it. */
  readonly name: string
  readonly database: string
  readonly label?: string | undefined
  readonly format?: string | undefined
  /** The instant of the snapshot, not the date of a file. */
  readonly takenAt: Date
  /** Bytes that it takes in the store. */
  readonly size: number
  /** It restores: proved with what the store gives back. */
  readonly verified: boolean
  readonly pinned: boolean
  /** Equal where the content is; null where that is not known. */
  readonly content: string | null
  readonly status: BackupStatus
}

/**
 * A record of the catalog in one of its stores, as a candidate. Null without a manifest: a file that has
 * none is not ours, and nothing but a candidate is ever pruned.
 */
export function candidateOf(record: BackupRecord, copy: BackupCopy): RetentionCandidate | null {
  const { id, database, label, format, status, pinned, manifest } = record
  if (manifest === null) return null
  const { verification } = copy
  return {
    id,
    name: copy.manifestName,
    database,
    label,
    format,
    takenAt: new Date(manifest.taken_at),
    size: manifest.archive.size,
    verified: manifest.proved !== null && verification !== null && provesRestore(verification),
    pinned,
    content: manifest.content_sha256,
    status,
  }
}

type Taken = Pick<RetentionCandidate, 'id' | 'takenAt'>

/** For sorting: the newest first, of equal instants the greater id, and what has no date last. */
export function newestTakenFirst(a: Taken, b: Taken): number {
  const [atA, atB] = [instantOf(a), instantOf(b)]
  if (atA !== atB) return atA < atB ? 1 : -1
  return a.id < b.id ? 1 : a.id > b.id ? -1 : 0
}

function instantOf({ takenAt }: Taken): number {
  const instant = takenAt.getTime()
  return Number.isNaN(instant) ? -Infinity : instant
}
