import type { ServerPlace } from '../../engines/postgresql/connection/open-session.js'
import { countTables } from '../../engines/postgresql/schema/count-tables.js'
import type { JobContext } from '../job-context.js'
import type { TargetDescription } from '../job-types.js'
import { totalRecords } from '../model-counts.js'
import { withHeartbeat } from './with-heartbeat.js'

/** What a restore into a database on a server would remove. */
export async function describeServer(
  place: ServerPlace,
  given: JobContext,
): Promise<TargetDescription> {
  return await withHeartbeat(given, async ({ signal }) => {
    const { tables } = await countTables(place, { signal })
    return { exists: true, tables: tables.length, records: totalRecords(tables) }
  })
}
