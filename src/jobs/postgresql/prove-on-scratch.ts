import type { DocumentEnd, DocumentReading } from '../../core/document.js'
import type { SchemaObject } from '../../core/schema.js'
import { openSession, type ServerPlace } from '../../engines/postgresql/connection/open-session.js'
import type { Session } from '../../engines/postgresql/connection/session.js'
import { requireEqualSchema } from '../../engines/postgresql/compare/compare-schema.js'
import { looseSql } from '../../engines/postgresql/restore/run-objects.js'
import { withScratchDatabase } from '../../engines/postgresql/scratch/with-scratch-database.js'
import type { JobContext } from '../job-context.js'
import { buildOnServer } from './build-on-server.js'

export interface ProveOnScratch {
  readonly reading: DocumentReading
  readonly server: ServerPlace
  readonly pgDump: string | null
  readonly context: JobContext
  /** Compares more: the session has begun a transaction on the scratch database. */
  readonly compare?: (scratch: Session) => Promise<void>
}

export interface ProvedOnScratch {
  readonly end: DocumentEnd
  readonly warnings: readonly string[]
}

/** Restores a document into a database of its own, compares it, and drops that database. */
export async function proveOnScratch(options: ProveOnScratch): Promise<ProvedOnScratch> {
  const { reading, server, context } = options
  const { encoding } = reading.header.database
  return await withScratchDatabase(server, encoding, async (scratch) => {
    const { end, warnings, schema } = await restoreInto(scratch, reading, context)
    const session = await openSession(scratch, { signal: context.signal })
    try {
      await session.begin('ISOLATION LEVEL REPEATABLE READ READ ONLY')
      const compared = await compareSchema({ ...options, schema }, scratch, session)
      await options.compare?.(session)
      const unseen = `the SQL of the schema was written by another pg_dump and is not compared`
      return { end, warnings: compared ? warnings : [...warnings, unseen] }
    } finally {
      await session.close()
    }
  })
}

/** With the schema that the document's rows allow. */
interface RestoredSchema extends ProvedOnScratch {
  readonly schema: readonly SchemaObject[]
}

async function restoreInto(
  scratch: ServerPlace,
  reading: DocumentReading,
  context: JobContext,
): Promise<RestoredSchema> {
  const session = await openSession(scratch, { signal: context.signal })
  try {
    const { build, end } = await buildOnServer(session, reading, context)
    await build.commit()
    const schema = reading.schema.map((object) => {
      const loose = build.loosened.find((found) => found === object)
      return loose ? { ...loose, sql: looseSql(loose) } : object
    })
    return { end, warnings: build.warnings, schema }
  } finally {
    await session.close()
  }
}

async function compareSchema(
  { reading, pgDump, context, schema }: ProveOnScratch & Pick<RestoredSchema, 'schema'>,
  place: ServerPlace,
  session: Session,
): Promise<boolean> {
  const writtenBy = reading.header.database.schema_by ?? ''
  return await requireEqualSchema({
    place,
    session,
    schema,
    writtenBy,
    pgDump,
    signal: context.signal,
  })
}
