import type { DocumentEnd } from '../core/document.js'
import type { ModelCount } from './job-types.js'

/** In document order. */
export function modelCounts(end: DocumentEnd): ModelCount[] {
  return [...end.summary.models].map(([model, summary]) => ({
    model,
    records: summary.records,
    violations: summary.foreign_key_violations,
  }))
}

export function totalRecords(models: readonly { readonly records: number }[]): number {
  return models.reduce((sum, { records }) => sum + records, 0)
}

/** Real databases already carry foreign keys that lead nowhere: said, not repaired. */
export function violationWarnings(counts: readonly ModelCount[]): string[] {
  return counts
    .filter(({ violations }) => violations !== 0)
    .map(({ model, violations }) =>
      typeof violations === 'number'
        ? `${model}: ${violations} foreign keys lead nowhere in the database itself`
        : `${model}: foreign keys could not be checked: ${violations.error}`,
    )
}
