import { newestOfPeriods, type Dated } from './keep-rules.js'
import { Reasons } from './reasons.js'
import type { RetentionCandidate } from './candidate.js'

/**
 * What no policy takes away from the backups of one series, given newest first: the pinned ones, the
 * newest, the newest verified one, and the one that was `made` just now, since a clock that is wrong must
 * not prune what was written a moment ago.
 */
export function alwaysKept(series: readonly Dated[], made: string | null): Reasons {
  const kept = new Reasons()
  const newest = series[0]
  if (newest) kept.add(newest.backup, 'the newest backup')
  const verified = series.find(({ backup }) => backup.verified)
  if (verified) kept.add(verified.backup, 'the newest verified backup')
  for (const { backup } of series) {
    if (backup.pinned) kept.add(backup, 'pinned')
    if (backup.id === made && !kept.has(backup)) kept.add(backup, 'made just now')
  }
  return kept
}

/** Of so many days and so many weeks a flood leaves one backup each. */
const floodPeriods = 3

/**
 * What newer backups never push out, however many they are; only its own age takes it away, which no new
 * backup changes. The same again for the verified ones: others never push them out.
 */
export function keptFromFloods(series: readonly Dated[]): Reasons {
  const kept = new Reasons()
  const verified = series.filter(({ backup }) => backup.verified)
  addPeriods(kept, series, 'a backup')
  addPeriods(kept, verified, 'a verified backup')
  const different = newestDifferent(series)
  if (different) kept.add(different, 'the newest one with another content')
  return kept
}

/**
 * A flood that goes on for less than a week is in two ISO weeks at most, so that the third one has a
 * backup from before it; the oldest stands in until there are three. The days keep what is near.
 */
function addPeriods(kept: Reasons, series: readonly Dated[], what: string): void {
  const add = (backup: RetentionCandidate, words: string): void => {
    if (!kept.has(backup)) kept.add(backup, words)
  }
  const days = newestOfPeriods(series, 'daily', floodPeriods)
  const weeks = newestOfPeriods(series, 'weekly', floodPeriods)
  for (const { backup } of days) add(backup, `one of the last ${floodPeriods} days with ${what}`)
  for (const { backup } of weeks) add(backup, `one of the last ${floodPeriods} weeks with ${what}`)
  const oldest = series.at(-1)?.backup
  if (oldest && weeks.length < floodPeriods)
    add(oldest, `the oldest, until ${floodPeriods} weeks have ${what}`)
}

/** The newest backup that holds something else than the newest one does; a verified one if there is. */
function newestDifferent(series: readonly Dated[]): RetentionCandidate | undefined {
  const content = series[0]?.backup.content ?? null
  if (content === null) return undefined
  const others = series
    .map(({ backup }) => backup)
    .filter((backup) => backup.content !== null && backup.content !== content)
  return others.find((backup) => backup.verified) ?? others[0]
}
