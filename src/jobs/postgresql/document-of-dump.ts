import { join } from 'node:path'
import { OctavoError } from '../../core/errors.js'
import { withScratchDatabase } from '../../engines/postgresql/scratch/with-scratch-database.js'
import { noProgram } from '../../engines/postgresql/snapshot/open-snapshot.js'
import type { ExportResult } from '../job-types.js'
import type { OpenSource } from '../prepare/open-source.js'
import { exportServer } from './export-server.js'
import { type DumpFile, loadDump } from './load-dump.js'
import { withHeartbeat } from './with-heartbeat.js'

const busyTimeoutMs = 30_000

/**
 * Restores a dump into a scratch database, and exports that as a document into the work folder. A dump
 * that is cut short, or does not restore, has touched nothing else.
 */
export async function documentOfDump(
  { file, format }: Pick<DumpFile, 'file' | 'format'>,
  { workFolder, context: given, scratch: server, modelNames = [] }: OpenSource,
): Promise<ExportResult> {
  if (server === undefined) throw unnamed()
  const pgDump = server.pgDump === noProgram ? undefined : server.pgDump
  return await withHeartbeat(given, (context) =>
    withScratchDatabase(server, 'UTF8', async (scratch) => {
      context.onProgress({ phase: 'loading' })
      await loadDump({ file, format, pgDump }, scratch, context)
      const database = {
        name: 'dump',
        label: '',
        address: { engine: 'postgresql', ...scratch },
        modelNames,
        excludeRows: [],
        ...(pgDump !== undefined && { pgDump }),
      } as const
      const document = {
        database,
        format: 'json',
        verify: false,
        sample: false,
        at: new Date().toISOString(),
        file: join(workFolder, 'dump.json'),
        temporary: true,
        busyTimeoutMs,
      } as const
      return await exportServer({ input: document, workFolder, context })
    }),
  )
}

function unnamed(): OctavoError {
  return new OctavoError(
    'database-unnamed',
    'a dump of PostgreSQL is opened on a server, and none is named',
    { hint: 'Set SCRATCH_DATABASE_URL to a server whose user may make databases.' },
  )
}
