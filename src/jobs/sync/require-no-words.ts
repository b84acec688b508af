import type { TableColumns } from '../../core/column-facts.js'
import { OctavoError } from '../../core/errors.js'
import type { RewritePlan } from '../../documents/rewrite/rewrite-plan.js'

export interface WordColumns {
  readonly columns: TableColumns
  /** Table to model. */
  readonly models: ReadonlyMap<string, string>
  readonly plan: RewritePlan
  /** `MODEL.COLUMN` of those that hold nothing of the rewritten columns. */
  readonly kept: readonly string[]
}

/** A `tsvector` that an app or a trigger fills holds the words of other columns, as they are. */
export function requireNoWords({ columns, models, plan, kept }: WordColumns): void {
  for (const [table, own] of columns)
    for (const { name, type } of own) {
      const model = models.get(table) ?? table
      const shown = `${model}.${name}`
      if (type !== 'tsvector' || kept.includes(shown)) continue
      if (plan.get(model)?.some(({ facts }) => facts.name === name) === true) continue
      throw new OctavoError(
        'config-invalid',
        `the column ${shown} (tsvector) may hold the words of columns that are to be rewritten`,
        {
          hint: `Make it "empty" in sync.columns. Where it holds none of them, write "keepFullText": ["${shown}"] into "sync" of octavo.config.json.`,
        },
      )
    }
}
