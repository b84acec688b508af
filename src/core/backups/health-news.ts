import type { Finding } from './notifier.js'

/** What of a check is news to somebody who was told of `told` before. */
export interface HealthNews {
  /** Not told yet. */
  readonly unhealthy: readonly Finding[]
  /** Told, of databases where all is well now. */
  readonly recovery: readonly Finding[]
  /** What has been told once these went out. */
  readonly told: readonly Finding[]
}

/**
 * Each finding is told once, and the end once for each database: while one of its findings stands, what
 * comes and goes beside it is not told again.
 */
export function healthNews(told: readonly Finding[], found: readonly Finding[]): HealthNews {
  const ill = new Set(found.map(({ database }) => database))
  const open = told.filter(({ database }) => ill.has(database))
  const known = new Set(open.map(keyOf))
  const unhealthy = found.filter((finding) => !known.has(keyOf(finding)))
  return {
    unhealthy,
    recovery: told.filter(({ database }) => !ill.has(database)),
    told: [...open, ...unhealthy],
  }
}

/** The same fault is seen in one backup after the other; records can be lost from each. */
function keyOf({ check, database, backup }: Finding): string {
  return JSON.stringify([database, check, check === 'drop' ? backup : null])
}
