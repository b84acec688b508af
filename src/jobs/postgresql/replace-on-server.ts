import { listTables } from '../../engines/postgresql/schema/list-tables.js'
import { PreviewedChanges } from '../../engines/postgresql/restore/preview-changes.js'
import { readParts } from '../../engines/postgresql/snapshot/opened-snapshot.js'
import type { ModelChange } from '../job-types.js'
import { modelCounts, violationWarnings } from '../model-counts.js'
import { buildOnServer } from './build-on-server.js'
import type { Restored, ServerRestore } from './restore-server.js'

/** Builds the database of a document in the place of all that is in the target. */
export async function replaceOnServer(task: ServerRestore): Promise<Restored> {
  const { session, reading, input, context, keepTarget } = task
  const entries = reading.schema.filter((object) => object.type === 'table')
  const preview = new PreviewedChanges(session, entries)
  let isEmpty = true
  const beforehand = async (): Promise<void> => {
    const listed = await listTables(session)
    isEmpty = listed.length === 0
    if (isEmpty) return
    await keepTarget()
    if (!input.dryRun) return
    const stated = entries.map(({ name, model = name }) => [name, model] as const)
    const modelNames = new Map([...stated, ...input.target.modelNames])
    await preview.remember((await readParts(session, listed, { modelNames })).tables)
  }
  const { build, end, snapshot } = await buildOnServer(session, reading, { ...context, beforehand })
  const models = modelCounts(end)
  const built = models.map(({ model }) => snapshot.table(model))
  const changes =
    input.dryRun && !isEmpty
      ? await preview.count(built)
      : models.map(({ model, records }) => uncounted(model, records, isEmpty))
  return { changes, warnings: [...build.warnings, ...violationWarnings(models)] }
}

function uncounted(model: string, records: number, isEmpty: boolean): ModelChange {
  if (isEmpty) return { model, records, added: records, changed: 0, removed: 0 }
  return { model, records, added: null, changed: null, removed: null }
}
