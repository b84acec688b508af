import { z } from 'zod'
import { OctavoError } from '../core/errors.js'
import { exportFormats } from '../core/export-formats.js'
import type { ExportWish } from '../jobs/spool/spooled-export.js'
import type { ChosenDatabase } from '../jobs/job-types.js'
import { sentList, unknownDatabase } from './sent-names.js'

const modelList = sentList.transform((text) => text.split(','))

/** The query of an export. Anything else in the address is a mistake that is named. */
export const exportQuerySchema = z.strictObject({
  database: z.string().optional().meta({
    description: 'A configured name; the first one configured where it is left out.',
  }),
  models: modelList.optional().meta({
    description: 'Model names with commas between them; all models where it is left out.',
  }),
  format: z.enum(exportFormats).default('json').meta({
    description:
      'A JSON document, a native copy of the SQLite file, or what pg_dump writes of a PostgreSQL database: `custom`, or plain `sql`.',
  }),
  verify: z.enum(['true', 'false']).default('false').meta({
    description: 'Restore the export into a scratch database and compare it with the snapshot.',
  }),
})

export type ExportQuery = z.output<typeof exportQuerySchema>

export function toWish(query: ExportQuery, databases: readonly ChosenDatabase[]): ExportWish {
  const { format, models = [] } = query
  if (format !== 'json' && models.length > 0)
    throw new OctavoError('usage', `format=${format} holds every model; it was asked for some`, {
      hint: 'Leave out `models`, or ask for `format=json`.',
    })
  const database = findDatabase(query.database, databases)
  return { database, format, models, verify: query.verify === 'true' }
}

function findDatabase(
  name: string | undefined,
  databases: readonly ChosenDatabase[],
): ChosenDatabase {
  const found = name === undefined ? databases[0] : databases.find((one) => one.name === name)
  if (found) return found
  throw unknownDatabase(name, databases)
}
