import { undoRestore as putSafetyCopyBack } from '../../engines/sqlite/apply/undo-restore.js'
import type { JobContext } from '../job-context.js'
import type { UndoInput, UndoResult } from '../job-types.js'
import { realPathOf } from './real-path-of.js'
import { sqlitePathOf } from '../sqlite-path-of.js'

/** Puts the newest safety copy back; the state that it replaces is kept in turn. */
export async function undoRestore(input: UndoInput, context: JobContext): Promise<UndoResult> {
  if (input.target.address.engine === 'postgresql') {
    const { undoOnServer } = await import('../postgresql/undo-on-server.js')
    return await undoOnServer(input, context)
  }
  const { restoredFrom, safetyCopy } = await putSafetyCopyBack({
    target: await realPathOf(sqlitePathOf(input.target)),
    at: new Date(input.at),
    deadlineMs: input.deadlineMs,
    ...context,
  })
  return { restoredFrom, safetyCopy }
}
