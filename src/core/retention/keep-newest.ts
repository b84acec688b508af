/** A backup as the rule sees it. */
export interface RetainedBackup {
  /** Unique among the backups given. */
  readonly name: string
  readonly database: string
  readonly exportedAt: Date
  readonly verified: boolean
  /** What the backup holds: equal where the content is. */
  readonly content: string
}

/** What becomes of one backup. */
export interface RetentionDecision<B extends RetainedBackup = RetainedBackup> {
  readonly backup: B
  readonly kept: boolean
  /** Why, in words for a person: `3 of the last 8`. */
  readonly reason: string
}

/**
 * Keeps the last `keep` backups of each database, by date, then by name. However old, these are kept
 * too: the newest verified backup of a database; the newest one with another content than its newest,
 * since weeks without a change must not push out the last thing that was different; and the one named
 * `justMade`, since a clock that is wrong must not prune what was written a moment ago. Decisions come
 * newest first.
 */
export function keepNewest<B extends RetainedBackup>(
  backups: readonly B[],
  keep: number,
  justMade?: string,
): RetentionDecision<B>[] {
  if (!Number.isInteger(keep) || keep < 1) throw new RangeError(`cannot keep ${keep} backups`)
  const seen = new Map<string, number>()
  const newest = new Map<string, B>()
  const verified = new Map<string, B>()
  const different = new Map<string, B>()
  return newestFirst(backups).map((backup) => {
    const { database, content } = backup
    const place = (seen.get(database) ?? 0) + 1
    seen.set(database, place)
    if (place === 1) newest.set(database, backup)
    if (backup.verified) setOnce(verified, database, backup)
    if (content !== newest.get(database)?.content) setOnce(different, database, backup)
    if (place <= keep) return { backup, kept: true, reason: `${place} of the last ${keep}` }
    if (verified.get(database) === backup)
      return { backup, kept: true, reason: 'the newest verified backup' }
    if (different.get(database) === backup)
      return { backup, kept: true, reason: 'the newest one with another content' }
    if (backup.name === justMade) return { backup, kept: true, reason: 'made just now' }
    return { backup, kept: false, reason: `older than the last ${keep}` }
  })
}

function setOnce<V>(map: Map<string, V>, key: string, value: V): void {
  if (!map.has(key)) map.set(key, value)
}

/** Sorted by date, newest first; the name decides between equal dates. */
export function newestFirst<B extends Pick<RetainedBackup, 'name' | 'exportedAt'>>(
  backups: readonly B[],
): B[] {
  return backups.toSorted((a, b) => {
    const later = b.exportedAt.getTime() - a.exportedAt.getTime()
    if (later !== 0) return later
    return a.name < b.name ? 1 : a.name > b.name ? -1 : 0
  })
}
