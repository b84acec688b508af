import type { ModelCount } from '../jobs/job-types.js'
import { table } from './table.js'

/** Models with their counts; broken references only where there are some. */
export function modelTable(models: readonly ModelCount[]): string {
  const broken = models.some(({ violations }) => violations !== 0)
  return table(
    ['model', 'records', ...(broken ? ['broken references'] : [])],
    models.map(({ model, records, violations }) => [
      model,
      records,
      ...(broken ? [typeof violations === 'number' ? violations : violations.error] : []),
    ]),
  )
}
