import { OctavoError } from '../../core/errors.js'
import type { RestoreInput } from '../job-types.js'

/** Records are picked out of a whole backup, and merged. */
export function requireNoOtherWish({ mode, only }: Pick<RestoreInput, 'mode' | 'only'>): void {
  if (mode !== null && mode !== 'merge')
    throw new OctavoError('usage', `single records are merged: they do not go with ${mode}`, {
      hint: 'Leave --mode out: nothing is removed, and all else stays as it is.',
    })
  if (only.length === 0) return
  throw new OctavoError('usage', 'chosen models and single records do not go together', {
    hint: 'Restore the models (--only) and the records (--record) one after the other.',
  })
}
