import { stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { OctavoError } from '../../../core/errors.js'
import { requireSpace, type Space } from '../../../core/files/free-space.js'
import { withWorkFolder } from '../../../core/files/work-folder.js'
import { openConnection } from '../connection/open-connection.js'
import { sqliteFailure } from '../connection/sqlite-failure.js'
import { exists } from './place-new-database.js'
import { replaceDatabase, type Replaced } from './replace-database.js'
import type { ReplaceOptions } from './replace-options.js'
import { listSafetyCopies } from './safety-copy.js'

/**
 * Puts the newest safety copy back, by the way of every restore: the state that it replaces becomes a
 * safety copy in turn, so that an undo can be undone.
 */
export async function undoRestore(
  options: Omit<ReplaceOptions, 'built'>,
): Promise<Replaced & { readonly restoredFrom: string }> {
  const copies = await listSafetyCopies(options.target)
  const restoredFrom = copies.at(-1)
  if (restoredFrom === undefined)
    throw new OctavoError('restore-refused', `there is no safety copy beside ${options.target}`, {
      hint: 'A safety copy is made by every restore over a database; its name holds `.before-restore-`.',
    })
  options.onProgress?.({ phase: 'starting', space: await spaceFor(restoredFrom, options.target) })
  return await withWorkFolder(dirname(options.target), async (folder) => {
    const built = join(folder, 'copy.sqlite3')
    await copyOf(restoredFrom, built, options.deadlineMs)
    return { ...(await replaceDatabase({ ...options, built })), restoredFrom }
  })
}

/** The copy that is put back, the safety copy of what it replaces, the journal of the last step. */
async function spaceFor(copy: string, target: string): Promise<Space> {
  const { size: newBytes } = await stat(copy)
  const oldBytes = (await exists(target)) ? (await stat(target)).size : 0
  const needed = newBytes + oldBytes + Math.max(newBytes, oldBytes)
  return await requireSpace(dirname(target), needed, 'the restore')
}

async function copyOf(path: string, copy: string, busyTimeoutMs: number): Promise<void> {
  const connection = openConnection(path, { access: 'read', busyTimeoutMs })
  try {
    const { totalPages } = await connection.backup(copy)
    // The backup API ends with no pages at all where it meets a lock.
    if (totalPages === 0)
      throw new OctavoError('database-busy', `the safety copy ${path} is in use`)
  } catch (error) {
    throw sqliteFailure(error, `the safety copy ${path} can not be read`)
  } finally {
    connection.close()
  }
}
