import { showBytes } from '../files/free-space.js'
import { dayMs } from './calendar-periods.js'
import { inDays, type Dated } from './keep-rules.js'
import { Reasons } from './reasons.js'
import type { RetentionPolicy } from './policy.js'

/** Whether a backup is older than the limit of its policy, where there is one. */
export function isTooOld({ ageMs }: Dated, { olderThanDays = 0 }: RetentionPolicy): boolean {
  return olderThanDays > 0 && ageMs > olderThanDays * dayMs
}

export function tooOld({ olderThanDays = 0 }: RetentionPolicy): string {
  return `older than ${inDays(olderThanDays)}`
}

/**
 * Which backups of one series, given newest first, are too many or too much. What the laws keep has its
 * place first; the newest others have the places that are left.
 */
export function beyondLimits(
  series: readonly Dated[],
  lawful: (one: Dated) => boolean,
  { atMost = 0, totalBytes = 0 }: RetentionPolicy,
): Reasons {
  const beyond = new Reasons()
  const protectedOnes = series.filter(lawful)
  let count = protectedOnes.filter(({ backup }) => !backup.pinned).length
  let bytes = protectedOnes.reduce((sum, { backup }) => sum + backup.size, 0)
  for (const one of series.filter((other) => !lawful(other))) {
    count += 1
    bytes += one.backup.size
    if (atMost > 0 && count > atMost) beyond.add(one.backup, `more than ${atMost} backups`)
    if (totalBytes > 0 && bytes > totalBytes)
      beyond.add(one.backup, `more than ${showBytes(totalBytes)} in all`)
  }
  return beyond
}

/** Which limits the kept backups of one series stay within, given newest first. */
export function withinLimits(kept: readonly Dated[], policy: RetentionPolicy): Reasons {
  const within = new Reasons()
  const { atMost = 0, olderThanDays = 0, totalBytes = 0 } = policy
  let [count, bytes] = [0, 0]
  for (const one of kept) {
    const { backup } = one
    if (!backup.pinned) count += 1
    bytes += backup.size
    if (atMost > 0 && count <= atMost && !backup.pinned)
      within.add(backup, `${count} of at most ${atMost}`)
    if (olderThanDays > 0 && !isTooOld(one, policy))
      within.add(backup, `within ${inDays(olderThanDays)}`)
    if (totalBytes > 0 && bytes <= totalBytes)
      within.add(backup, `within ${showBytes(totalBytes)} in all`)
  }
  return within
}
