import { tmpdir } from 'node:os'
import { OctavoError } from '../../core/errors.js'
import { withWorkFolder } from '../../core/files/work-folder.js'
import { openDocument } from '../../documents/open-document.js'
import type { JobContext } from '../job-context.js'
import type { RestoreMode, UndoInput, UndoResult } from '../job-types.js'
import { restoreServer } from './restore-server.js'
import { safetyCopiesOf } from './safety-copies-of.js'

/**
 * Puts the newest safety copy of a database on a server back, by the way of every restore: the state
 * that it replaces becomes a safety copy in turn, so that an undo can be undone.
 */
export async function undoOnServer(input: UndoInput, context: JobContext): Promise<UndoResult> {
  const restoredFrom = (await safetyCopiesOf(input).list()).at(-1)
  if (restoredFrom === undefined)
    throw new OctavoError(
      'restore-refused',
      `there is no safety copy of ${input.target.address.shown} on this machine`,
      {
        hint: 'Every restore over a database with tables makes one, below BACKUP_DIR on the machine that it runs on.',
      },
    )
  const mode = await modeOf(restoredFrom, context)
  const wish = { file: restoredFrom, mode, only: [], dryRun: false }
  const { safetyCopy } = await restoreServer({ ...input, ...wish }, context)
  return { restoredFrom, safetyCopy }
}

/** Without the SQL of the schema only rows can come back. */
async function modeOf(file: string, { signal }: JobContext): Promise<RestoreMode> {
  return await withWorkFolder(tmpdir(), async (workFolder) => {
    const reading = await openDocument(file, { workFolder, signal })
    await reading.close()
    return reading.header.database.schema_by === undefined ? 'data-only' : 'replace'
  })
}
