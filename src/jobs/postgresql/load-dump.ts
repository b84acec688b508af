import type { DumpFormat } from '../../core/export-formats.js'
import { inPhase } from '../../core/progress.js'
import { readBytes } from '../../documents/byte-source.js'
import { openSession, type ServerPlace } from '../../engines/postgresql/connection/open-session.js'
import { loadScript } from '../../engines/postgresql/dump/load-script.js'
import { readCustomDump } from '../../engines/postgresql/dump/read-custom-dump.js'
import { noProgram } from '../../engines/postgresql/snapshot/open-snapshot.js'
import type { JobContext } from '../job-context.js'

/** A dump in a file; a plain one may be gzip still. */
export interface DumpFile {
  readonly file: string
  readonly format: DumpFormat
  /** PG_DUMP: pg_restore stands beside it. */
  readonly pgDump?: string | undefined
}

/** Restores a dump into an empty database that was made for it. */
export async function loadDump(
  dump: DumpFile,
  scratch: ServerPlace,
  context: JobContext,
): Promise<void> {
  const session = await openSession(scratch, { signal: context.signal })
  try {
    await loadScript(session, scriptOf(dump, context))
  } finally {
    await session.close()
  }
}

/** The bytes of a dump as a plain one. */
export function scriptOf(
  { file, format, pgDump }: DumpFile,
  { signal, onProgress }: JobContext,
): AsyncIterable<Buffer> {
  const named = pgDump === noProgram ? null : (pgDump ?? null)
  return format === 'custom'
    ? readCustomDump(file, { pgDump: named, signal })
    : readBytes(file, { signal, onProgress: inPhase('loading', onProgress) })
}
