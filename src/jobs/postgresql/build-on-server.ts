import type { DocumentEnd, DocumentHeader, DocumentReading } from '../../core/document.js'
import { OctavoError } from '../../core/errors.js'
import { inPhase } from '../../core/progress.js'
import { digestContent } from '../../documents/digest-content.js'
import type { Session } from '../../engines/postgresql/connection/session.js'
import { openBuild, type ServerBuild } from '../../engines/postgresql/restore/open-build.js'
import type { OpenedSnapshot } from '../../engines/postgresql/snapshot/opened-snapshot.js'
import type { JobContext } from '../job-context.js'
import { requireKnownViolations } from './require-known-violations.js'
import { requireSameContent } from '../prepare/require-same-content.js'

export interface BuiltOnServer {
  readonly build: ServerBuild
  readonly end: DocumentEnd
  /** What was built, as the transaction sees it. */
  readonly snapshot: OpenedSnapshot
}

export interface BuildContext extends JobContext {
  /** Sees what is in the database before it is removed. */
  readonly beforehand?: () => Promise<void>
}

/**
 * Builds the database of a document in the database of a session, and finds it equal to the document,
 * all in one transaction that the caller commits or leaves.
 */
export async function buildOnServer(
  session: Session,
  reading: DocumentReading,
  { signal, onProgress, beforehand }: BuildContext,
): Promise<BuiltOnServer> {
  const { header, schema, sequences } = reading
  requireOfServer(header)
  const plan = { facts: header.database, schema, sequences }
  const build = await openBuild(session, plan, beforehand)
  for await (const { model, chunks } of reading.models()) await build.load(model, chunks)
  const end = await reading.end()
  onProgress({ phase: 'finishing' })
  await build.finish()
  const snapshot = await build.content()
  const watch = inPhase('verifying', onProgress)
  const content = await digestContent({ snapshot, signal, onProgress: watch })
  requireSameContent(end, content)
  if (build.loosened.length > 0) requireKnownViolations(reading, end, content)
  return { build, end, snapshot }
}

/** Throws `restore-refused` for a document of another kind of database. */
export function requireOfServer({ database }: DocumentHeader): void {
  if (database.engine === 'postgresql') return
  throw new OctavoError(
    'restore-refused',
    `the document comes from ${database.engine}, and the target is PostgreSQL`,
    { hint: 'Nothing was changed. Restore it into a database of its own kind.' },
  )
}
