import { OctavoError } from '../../core/errors.js'
import type { ChosenDatabase, ExportResult } from '../job-types.js'

/** Throws for an export in which no model holds a record: most often it is of the wrong database. */
export function requireRecords(
  { records }: Pick<ExportResult, 'records'>,
  { name, address }: Pick<ChosenDatabase, 'name' | 'address'>,
): void {
  if (records > 0) return
  throw new OctavoError(
    'database-empty',
    `Export seems empty or very small: no model of ${name} (${address.shown}) holds a record`,
    {
      hint: 'Check that this is the right database. Where it is meant to be empty, give --allow-empty.',
    },
  )
}
