import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import type { DocumentReading } from '../../core/document.js'
import { asOctavoError, OctavoError } from '../../core/errors.js'
import { withWorkFolder } from '../../core/files/work-folder.js'
import { inPhase } from '../../core/progress.js'
import { openDocument } from '../../documents/open-document.js'
import { openSession } from '../../engines/postgresql/connection/open-session.js'
import { addressWarnings } from '../../engines/postgresql/connection/pooled-address.js'
import type { Session } from '../../engines/postgresql/connection/session.js'
import type { JobContext } from '../job-context.js'
import type { RestoreInput, RestoreMode, RestoreResult } from '../job-types.js'
import { openSource } from '../prepare/open-source.js'
import { originWarnings, requireRealValues } from '../restore/guard-production.js'
import { restoreMode } from '../restore/restore-mode.js'
import { requireOfServer } from './build-on-server.js'
import { replaceOnServer } from './replace-on-server.js'
import { safetyCopiesOf } from './safety-copies-of.js'
import { serverDocument } from './server-document.js'
import { scratchServerOf, serverPlaceOf } from './server-place.js'
import { takeSafetyCopy } from './take-safety-copy.js'
import { transferOnServer } from './transfer-on-server.js'
import { withHeartbeat } from './with-heartbeat.js'

/** A restore in the transaction of its session, before it is committed. */
export interface ServerRestore {
  readonly session: Session
  readonly reading: DocumentReading
  readonly input: RestoreInput
  readonly context: JobContext
  /** Called once writers are kept out, and before anything is changed. */
  readonly keepTarget: () => Promise<void>
  readonly made?: MadeRows | undefined
}

/** For rows that were made for the target's own: what must be as it was, and what is complete. */
export interface MadeRows {
  readonly complete: ReadonlySet<string>
  /** Asked once writers are kept out. */
  readonly isUnchanged: (session: Session) => Promise<boolean>
}

export type Restored = Pick<RestoreResult, 'changes' | 'warnings'>

/**
 * Restores a document into a database on a server in one transaction: it is committed when what the
 * target holds equals the document, and else as if nothing had been.
 */
export async function restoreServer(
  input: RestoreInput,
  given: JobContext,
  made?: MadeRows,
): Promise<RestoreResult> {
  return await withHeartbeat(given, (context) => restore(input, context, made))
}

async function restore(
  input: RestoreInput,
  context: JobContext,
  made: MadeRows | undefined,
): Promise<RestoreResult> {
  return await withWorkFolder(tmpdir(), async (workFolder) => {
    const { modelNames } = input.target
    const scratch = scratchServerOf(input.target)
    const source = await openSource(input.file, { workFolder, context, scratch, modelNames })
    const { file, warnings } = await serverDocument(source, { input, workFolder, context })
    const { signal } = context
    const onProgress = inPhase('loading', context.onProgress)
    const reading = await openDocument(file, { workFolder, signal, onProgress })
    try {
      requireOfServer(reading.header)
      requireRealValues(reading.header, input.target)
      const mode = restoreMode(input, reading.header.selection !== undefined)
      const restored = await inTransaction(input, { reading, mode, context, made })
      return { ...restored, warnings: [...warnings, ...restored.warnings] }
    } finally {
      await reading.close()
    }
  })
}

interface Opened {
  readonly reading: DocumentReading
  readonly mode: RestoreMode
  readonly context: JobContext
  readonly made: MadeRows | undefined
}

async function inTransaction(
  input: RestoreInput,
  { reading, mode, context, made }: Opened,
): Promise<RestoreResult> {
  const place = serverPlaceOf(input.target)
  const { dryRun, deadlineMs: lockTimeoutMs } = input
  const session = await openSession(place, { signal: context.signal, lockTimeoutMs })
  let safetyCopy: string | null = null
  let isCommitting = false
  try {
    const keepTarget = async (): Promise<void> => {
      if (!dryRun) safetyCopy = await takeSafetyCopy(input, context)
    }
    const task = { session, reading, input, context, keepTarget, made }
    const restored =
      mode === 'replace' ? await replaceOnServer(task) : await transferOnServer(task, mode)
    isCommitting = !dryRun
    if (!dryRun) await commit(session)
    const unpruned = safetyCopy === null ? [] : await safetyCopiesOf(input).prune(safetyCopy)
    return {
      mode,
      dryRun,
      created: false,
      changes: restored.changes,
      safetyCopy,
      excludedRows: reading.header.excluded_rows ?? [],
      warnings: [
        ...originWarnings(reading.header, input.target),
        ...addressWarnings(place),
        ...restored.warnings,
        ...rowsOnly(input, safetyCopy),
        ...unpruned,
      ],
    }
  } catch (error) {
    if (safetyCopy === null) throw error
    // A commit whose answer was lost may have been made: then the safety copy alone holds the old.
    if (isCommitting) throw withSafetyCopy(error, safetyCopy)
    await session.close()
    await rm(safetyCopy, { force: true })
    throw error
  } finally {
    await session.close()
  }
}

async function commit(session: Session): Promise<void> {
  await session.run(
    'COMMIT',
    'the restore was complete, and whether it was kept is not known: look into the database',
  )
}

function rowsOnly({ target }: RestoreInput, safetyCopy: string | null): string[] {
  if (safetyCopy === null || target.pgDump !== 'none') return []
  return ['the safety copy holds rows only (PG_DUMP=none): an undo brings no schema back']
}

function withSafetyCopy(thrown: unknown, safetyCopy: string): OctavoError {
  const { code, message, details } = asOctavoError(thrown)
  return new OctavoError(code, message, {
    cause: thrown,
    hint: `The state before is in ${safetyCopy}: \`octavo restore --undo\` puts it back.`,
    details: { ...details, safetyCopy },
  })
}
