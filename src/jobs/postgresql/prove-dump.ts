import type { DumpFormat } from '../../core/export-formats.js'
import { requireEqualRows } from '../../engines/postgresql/compare/compare-rows.js'
import { requireEqualSchema } from '../../engines/postgresql/compare/compare-schema.js'
import { requireEqualSequences } from '../../engines/postgresql/compare/compare-sequences.js'
import { openSession, type ServerPlace } from '../../engines/postgresql/connection/open-session.js'
import { withScratchDatabase } from '../../engines/postgresql/scratch/with-scratch-database.js'
import type { OpenedSnapshot } from '../../engines/postgresql/snapshot/opened-snapshot.js'
import type { ServerExport } from './export-server.js'
import { loadDump } from './load-dump.js'
import { scratchPlaceOf } from './server-place.js'

/**
 * The finished dump is restored into a scratch database, which must equal the snapshot that is still
 * open: every table row by row in the text of COPY, the sequences, and what pg_dump writes of the
 * schema. Resolves with what could not be compared.
 */
export async function proveDump(
  step: ServerExport,
  snapshot: OpenedSnapshot,
  format: DumpFormat,
): Promise<string[]> {
  const { input, context } = step
  const { file, database } = input
  const { pgDump } = database
  const server = scratchPlaceOf(database)
  return await withScratchDatabase(server, snapshot.facts.encoding, async (scratch) => {
    context.onProgress({ phase: 'loading' })
    await loadDump({ file, format, pgDump }, scratch, context)
    context.onProgress({ phase: 'comparing' })
    return await compare(step, snapshot, scratch)
  })
}

async function compare(
  { input: { database }, context: { signal } }: ServerExport,
  snapshot: OpenedSnapshot,
  place: ServerPlace,
): Promise<string[]> {
  const session = await openSession(place, { signal })
  try {
    await session.begin('ISOLATION LEVEL REPEATABLE READ READ ONLY')
    for (const { model } of snapshot.models)
      await requireEqualRows(snapshot.session, session, snapshot.table(model).stored)
    await requireEqualSequences(snapshot, session)
    const { schema, facts } = snapshot
    const pgDump = database.pgDump ?? null
    const writtenBy = facts.schema_by ?? ''
    const asked = { place, session, schema, writtenBy, pgDump, signal }
    if (await requireEqualSchema(asked)) return []
    return ['the scratch server needs another pg_dump: the SQL of the schema was not compared']
  } finally {
    await session.close()
  }
}
