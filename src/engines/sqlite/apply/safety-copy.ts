import { stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type Database from 'better-sqlite3'
import { SafetyCopies } from '../../../core/files/safety-copies.js'
import { withWorkFolder } from '../../../core/files/work-folder.js'
import { OctavoError } from '../../../core/errors.js'
import { openConnection } from '../connection/open-connection.js'
import { isSqliteFailure, sqliteFailure } from '../connection/sqlite-failure.js'
import { createEmpty } from '../pages/create-empty.js'

/** The safety copies of the database at `target`, beside it. */
export function safetyCopiesOf(target: string): SafetyCopies {
  return new SafetyCopies({ folder: dirname(target), stem: basename(target), suffix: '.sqlite3' })
}

/** The safety copies of `target` in the order in which they were made. */
export async function listSafetyCopies(target: string): Promise<string[]> {
  return await safetyCopiesOf(target).list()
}

/** Removes all but the newest few, never `justMade`; what can not be removed is told as a warning. */
export async function pruneSafetyCopies(
  target: string,
  justMade: string | null,
): Promise<string[]> {
  return await safetyCopiesOf(target).prune(justMade)
}

/**
 * Copies the whole database through `connection`, as it is at one instant, to a new file beside it
 * (mode 0600), fsynced and read back. Null where it was busy: nothing is left then.
 */
export async function takeSafetyCopy(
  connection: Database.Database,
  target: string,
  at: Date,
): Promise<string | null> {
  try {
    return await withWorkFolder(dirname(target), async (folder) => {
      const copy = join(folder, 'copy.sqlite3')
      return (await copyInOneStep(connection, copy))
        ? await safetyCopiesOf(target).keep(copy, at)
        : null
    })
  } catch (error) {
    throw sqliteFailure(error, `a safety copy of ${target} can not be made`)
  }
}

/**
 * Copies in one step, so that all pages belong to one instant. A damaged database is copied as it is:
 * it may be all that is left.
 */
async function copyInOneStep(connection: Database.Database, path: string): Promise<boolean> {
  await createEmpty(path)
  let steps = 0
  try {
    const { totalPages } = await connection.backup(path, {
      progress: () => {
        steps += 1
        if (steps > 1) throw new SourceBusy()
        return 0x7fffffff
      },
    })
    if (totalPages === 0) return false
    await requirePages(path, totalPages)
    return true
  } catch (error) {
    if (error instanceof SourceBusy) return false
    throw error
  }
}

class SourceBusy extends Error {}

async function requirePages(path: string, pages: number): Promise<void> {
  const copy = openConnection(path, { access: 'write' })
  let pageSize: number
  try {
    pageSize = Number(copy.pragma('page_size', { simple: true }))
    // A copy of a database in WAL mode is in WAL mode: alone, it needs no second file.
    copy.pragma('journal_mode = delete')
    copy.prepare('SELECT count(*) FROM sqlite_schema').get()
  } catch (error) {
    if (isSqliteFailure(error, 'SQLITE_CORRUPT')) return
    throw error
  } finally {
    copy.close()
  }
  const { size } = await stat(path)
  if (size === pages * pageSize) return
  throw new OctavoError('io-failed', `the safety copy has ${size / pageSize} of ${pages} pages`)
}
