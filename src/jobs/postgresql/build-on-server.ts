import type { DocumentEnd, DocumentReading } from '../../core/document.js'
import { OctavoError } from '../../core/errors.js'
import { inPhase } from '../../core/progress.js'
import { digestContent } from '../../documents/digest-content.js'
import type { Session } from '../../engines/postgresql/connection/session.js'
import { openBuild, type ServerBuild } from '../../engines/postgresql/restore/open-build.js'
import type { JobContext } from '../job-context.js'
import { requireSameContent } from '../prepare/require-same-content.js'

export interface BuiltOnServer {
  readonly build: ServerBuild
  readonly end: DocumentEnd
}

/**
 * Builds the database of a document in the database of a session, and finds it equal to the document,
 * all in one transaction that the caller commits or leaves.
 */
export async function buildOnServer(
  session: Session,
  reading: DocumentReading,
  { signal, onProgress }: JobContext,
): Promise<BuiltOnServer> {
  const { header, schema, sequences } = reading
  if (header.database.engine !== 'postgresql')
    throw new OctavoError(
      'restore-refused',
      `the document comes from ${header.database.engine}, and the target is PostgreSQL`,
      { hint: 'Nothing was changed. Restore it into a database of its own kind.' },
    )
  const build = await openBuild(session, { facts: header.database, schema, sequences })
  for await (const { model, chunks } of reading.models()) await build.load(model, chunks)
  const end = await reading.end()
  onProgress({ phase: 'finishing' })
  await build.finish()
  const snapshot = await build.content()
  const watch = inPhase('verifying', onProgress)
  requireSameContent(end, await digestContent({ snapshot, signal, onProgress: watch }))
  return { build, end }
}
