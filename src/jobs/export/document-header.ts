import { documentVersion, type DocumentHeader } from '../../core/document.js'
import type { Snapshot } from '../../core/engine.js'
import { generator } from '../../core/generator.js'
import type { ExportInput } from '../job-types.js'

/** The members before `schema`, for an export of this snapshot. */
export function documentHeader(input: ExportInput, snapshot: Snapshot): DocumentHeader {
  const models = snapshot.models.map(({ model }) => model)
  const excluded = snapshot.models.filter(({ rowsExcluded }) => rowsExcluded)
  return {
    octavo: documentVersion,
    export_date: input.at,
    generator,
    database: { name: input.database.name, label: input.database.label, ...snapshot.facts },
    ...(input.models && { selection: models }),
    ...(excluded.length > 0 && { excluded_rows: excluded.map(({ model }) => model) }),
    ...(input.sample && { sample: true as const }),
  }
}
