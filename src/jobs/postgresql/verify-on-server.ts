import type { DocumentReading } from '../../core/document.js'
import { OctavoError } from '../../core/errors.js'
import type { JobContext } from '../job-context.js'
import type { ScratchServer } from '../job-types.js'
import { modelCounts, violationWarnings } from '../model-counts.js'
import type { Prepared } from '../prepare/prepared-database.js'
import { proveOnScratch } from './prove-on-scratch.js'
import { withHeartbeat } from './with-heartbeat.js'

/** Proves a document of PostgreSQL on the server that is named for it. */
export async function verifyOnServer(
  reading: DocumentReading,
  server: ScratchServer | undefined,
  given: JobContext,
): Promise<Prepared> {
  const { header, canonical, schema } = reading
  if (server === undefined)
    throw new OctavoError(
      'database-unnamed',
      'a backup of PostgreSQL is tried out on a server, and none is named',
      { hint: 'Set SCRATCH_DATABASE_URL to a server whose user may make databases.' },
    )
  if (header.database.schema_by === undefined)
    throw new OctavoError('restore-refused', 'the document holds rows without their schema', {
      hint: 'Whether it is whole says `octavo inspect`: it can not be tried out by itself.',
    })
  const pgDump = server.pgDump ?? null
  const { end, warnings } = await withHeartbeat(given, (context) =>
    proveOnScratch({ reading, server, pgDump, context }),
  )
  const models = modelCounts(end)
  const tables = new Map(
    schema.flatMap((object) => (object.type === 'table' ? [[object.model, object.name]] : [])),
  )
  return {
    path: '',
    format: 'json',
    canonical,
    header,
    contentSha256: end.contentSha256,
    models: models.map((count) => ({ ...count, table: tables.get(count.model) ?? count.model })),
    warnings: [...violationWarnings(models), ...warnings],
  }
}
