import { OctavoError } from '../../core/errors.js'

const dayMs = 24 * 60 * 60 * 1000

/**
 * Throws `backup-old` for a backup taken more than `days` days before `now`, and for one that does not
 * say when it was taken.
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
  if (age <= days) return
  throw new OctavoError(
    'backup-old',
    `${shown} was taken ${takenAt}, ${Math.floor(age)} days ago: more than ${days}`,
  )
}
