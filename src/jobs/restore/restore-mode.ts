import { OctavoError } from '../../core/errors.js'
import type { RestoreInput, RestoreMode } from '../job-types.js'

/**
 * The mode that was asked for, or the default: `replace` for what is complete, `data-only` for chosen
 * models. A replace needs all of a database: it refuses a partial document, and a choice of models.
 */
export function restoreMode(
  { mode, only }: Pick<RestoreInput, 'mode' | 'only'>,
  isPartial: boolean,
): RestoreMode {
  const chosen = mode ?? (isPartial || only.length > 0 ? 'data-only' : 'replace')
  if (chosen !== 'replace') return chosen
  if (isPartial) throw new OctavoError('document-partial', 'the document holds chosen models only')
  if (only.length > 0)
    throw new OctavoError('usage', 'a replace brings back a whole database, not chosen models', {
      hint: 'Leave --only out, or use --mode data-only or --mode merge.',
    })
  return chosen
}
