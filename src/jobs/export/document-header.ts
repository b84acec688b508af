import { documentVersion, type DocumentHeader } from '../../core/document.js'
import type { Snapshot } from '../../core/engine.js'
import { generator } from '../../core/generator.js'
import type { ExportInput } from '../job-types.js'
import { identityOf } from './identity-of.js'

/** The members before `schema`, for an export of this snapshot. */
export function documentHeader(input: ExportInput, snapshot: Snapshot): DocumentHeader {
  const { name, label } = input.database
  const models = snapshot.models.map(({ model }) => model)
  const excluded = snapshot.models.filter(({ rowsExcluded }) => rowsExcluded)
  return {
    octavo: documentVersion,
    export_date: input.at,
    generator,
    database: {
      name,
      label,
      identity: identityOf(input.database, snapshot.schema),
      ...snapshot.facts,
    },
    ...(input.models && { selection: models }),
    ...(excluded.length > 0 && { excluded_rows: excluded.map(({ model }) => model) }),
    ...(input.sample && { sample: true as const }),
  }
}
