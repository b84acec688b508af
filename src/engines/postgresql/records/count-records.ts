import type { Violations } from '../../../core/engine.js'
import type { OpenedSnapshot } from '../snapshot/opened-snapshot.js'
import { countViolations } from './count-violations.js'
import { fromSql } from './record-sql.js'

export interface CountedModel {
  readonly model: string
  readonly records: number
  readonly violations: Violations
}

/** What a snapshot holds, model by model, without reading the rows out. */
export async function countRecords(snapshot: OpenedSnapshot): Promise<CountedModel[]> {
  const counted: CountedModel[] = []
  for (const { model } of snapshot.models) {
    const { stored } = snapshot.table(model)
    const records = await snapshot.session.value(
      `SELECT count(*) FROM ${fromSql(stored)}`,
      `the rows of "${stored.name}" could not be counted`,
    )
    const violations = await countViolations(snapshot.session, stored)
    counted.push({ model, records: Number(records), violations })
  }
  return counted
}
