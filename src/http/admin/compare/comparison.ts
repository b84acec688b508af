import type { ModelDiff } from '../../../core/document-diff.js'
import type { DiffResult } from '../../../jobs/job-types.js'
import type { CompareWish } from '../../backups/backup-desk.js'
import type { Sides } from './record-difference.js'

/** What a comparison that was started here results in: with what it was about. */
export interface Comparison extends DiffResult {
  readonly of?: Pick<CompareWish, 'a' | 'b'>
}

/** So many records of each model are brought along. */
export const shownRecords = 50

/** So many are on the page of all models; the others are on pages of their own. */
const pageRecords = 200

export function differences({ added, changed, removed }: ModelDiff): number {
  return added + changed + removed
}

export function differingModels({ models }: DiffResult): readonly ModelDiff[] {
  return models.filter((model) => differences(model) > 0)
}

/** The models whose records fit on one page, in their order. */
export function modelsOnPage(models: readonly ModelDiff[]): ReadonlySet<string> {
  const fitting = new Set<string>()
  let left = pageRecords
  for (const { model, shown } of models) {
    left -= shown.length
    if (left < 0) break
    fitting.add(model)
  }
  return fitting
}

export function sidesOf({ of }: Comparison): Sides {
  if (!of) return { a: 'the first', b: 'the second' }
  const b = 'backup' in of.b ? of.b.backup : `${of.b.database}, as it was then`
  return { a: of.a.backup, b }
}
