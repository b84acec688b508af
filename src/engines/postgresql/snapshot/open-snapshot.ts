import { OctavoError } from '../../../core/errors.js'
import type { SnapshotOptions } from '../../../core/engine.js'
import { openSession, type ServerPlace } from '../connection/open-session.js'
import type { Session } from '../connection/session.js'
import { dumpSchema } from '../dump/dump-schema.js'
import { requireEncoding, requireNoHiddenRows, requireOwnRows } from '../schema/require-carried.js'
import { beginSnapshot } from './begin-snapshot.js'
import { OpenedSnapshot, readParts, type SnapshotParts } from './opened-snapshot.js'

export interface ServerSnapshotOptions extends SnapshotOptions {
  /**
   * The program pg_dump, which writes the SQL of the schema: a path, or null to look for it where it
   * usually is. A selection is without that SQL, and needs no program; `none` leaves it out of a whole.
   */
  readonly pgDump?: string | null | undefined
}

/** The word of the setting PG_DUMP for exports without the SQL of the schema. */
export const noProgram = 'none'

/**
 * Opens a snapshot of a database on a server: one transaction, REPEATABLE READ and READ ONLY, which
 * keeps nobody waiting but who alters or removes a table. When the signal is aborted the connection
 * ends at once.
 */
export async function openSnapshot(
  place: ServerPlace,
  options: ServerSnapshotOptions,
): Promise<OpenedSnapshot> {
  const { signal, busyTimeoutMs: lockTimeoutMs } = options
  const session = await openSession(place, { signal, lockTimeoutMs })
  try {
    requireEncoding(session)
    const listed = await beginSnapshot(session)
    if (options.models === undefined) {
      requireOwnRows(listed)
      await requireNoHiddenRows(session)
    }
    const parts = await readParts(session, listed, options)
    if (parts.tables.length === 0) throw emptyDatabase(session)
    const whole = await withSchemaSql(place, session, { parts, options })
    return new OpenedSnapshot(session, whole, options.excludeRows)
  } catch (error) {
    await session.close()
    throw error
  }
}

function emptyDatabase({ shown }: Session): OctavoError {
  return new OctavoError('database-empty', `there are no tables in ${shown}`, {
    hint: 'Check the name of the database: an empty one is never backed up over a good backup.',
  })
}

interface Whole {
  readonly parts: SnapshotParts
  readonly options: ServerSnapshotOptions
}

async function withSchemaSql(
  place: ServerPlace,
  session: Session,
  { parts, options }: Whole,
): Promise<SnapshotParts> {
  const { models, pgDump = null, signal, busyTimeoutMs } = options
  if (models !== undefined || pgDump === noProgram) return parts
  const snapshotId = await session.value(
    'SELECT pg_catalog.pg_export_snapshot()',
    'the snapshot could not be shown to pg_dump',
  )
  const server = { place, versionNumber: session.versionNumber, snapshotId }
  const dumped = await dumpSchema(server, { pgDump, signal, busyTimeoutMs })
  return {
    ...parts,
    facts: { ...parts.facts, schema_by: dumped.program },
    schema: [...parts.schema, ...dumped.objects],
  }
}
