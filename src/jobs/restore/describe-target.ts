import { stat } from 'node:fs/promises'
import { isMissing } from '../../core/files/file-failure.js'
import { describeDatabase } from '../../engines/sqlite/schema/describe-database.js'
import type { JobContext } from '../job-context.js'
import type { ChosenDatabase, TargetDescription } from '../job-types.js'
import { totalRecords } from '../model-counts.js'
import { sqlitePathOf } from '../sqlite-path-of.js'

/** What a restore would overwrite. A missing or empty file has nothing in it. */
export async function describeTarget(
  input: { readonly target: ChosenDatabase },
  context: JobContext,
): Promise<TargetDescription> {
  const { address } = input.target
  if (address.engine === 'postgresql') {
    const { describeServer } = await import('../postgresql/describe-server.js')
    return await describeServer(address, context)
  }
  const path = sqlitePathOf(input.target)
  // Not opened and closed here: that would drop the locks which SQLite holds in this process.
  const size = await sizeOf(path)
  if (size === null || size === 0) return { exists: size !== null, tables: 0, records: 0 }
  const { models } = describeDatabase(path, { modelNames: new Map(input.target.modelNames) })
  return {
    exists: true,
    tables: models.length,
    records: totalRecords(models),
  }
}

async function sizeOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).size
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}
