import { summariseScript } from '../../engines/postgresql/dump/summarise-script.js'
import type { Found } from '../inspect-file.js'
import type { JobContext } from '../job-context.js'
import { totalRecords } from '../model-counts.js'
import { type DumpFile, scriptOf } from './load-dump.js'
import { withHeartbeat } from './with-heartbeat.js'

/** What is inside a dump, read to its closing line; no server is asked. Models go by their tables. */
export async function inspectDump(dump: DumpFile, given: JobContext): Promise<Found> {
  return await withHeartbeat(given, async (context) => {
    const { records, ...counts } = await summariseScript(scriptOf(dump, context))
    const models = [...records].map(([model, rows]) => ({ model, records: rows, violations: 0 }))
    return {
      ...counts,
      format: dump.format,
      header: null,
      contentSha256: null,
      tables: models.length,
      records: totalRecords(models),
      models,
    }
  })
}
