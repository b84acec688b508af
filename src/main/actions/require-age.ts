import { OctavoError } from '../../core/errors.js'

const dayMs = 24 * 60 * 60 * 1000

/**
 * Throws `backup-old` for a backup taken more than `days` days before `now`, or dated after it; `usage`
 * for one that does not say when it was taken.
 */
export function requireAge(
  takenAt: string | undefined,
  days: number,
  { shown, now }: { readonly shown: string; readonly now: Date },
): void {
  if (takenAt === undefined)
    throw new OctavoError('usage', `${shown} does not say when it was taken`, {
      hint: 'Leave out --max-age: only documents carry a date.',
    })
  const age = (now.getTime() - Date.parse(takenAt)) / dayMs
  // Two clocks differ, and by no more than a day: beyond, it would pass as new for as long as it is ahead.
  if (age < -1)
    throw new OctavoError('backup-old', `${shown} is dated ${takenAt}, and that has not come yet`, {
      hint: 'A clock was wrong when it was taken. How old it is can not be told: archive anew, and remove its manifest from the branch.',
    })
  if (age <= days) return
  throw new OctavoError(
    'backup-old',
    `${shown} was taken ${takenAt}, ${Math.floor(age)} days ago: more than ${days}`,
  )
}
