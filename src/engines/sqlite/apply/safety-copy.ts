import { readdir, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type Database from 'better-sqlite3'
import { failedWith } from '../../../core/files/file-failure.js'
import { moveIntoEmptyPlace, syncFolder } from '../../../core/files/durable-file.js'
import { withWorkFolder } from '../../../core/files/work-folder.js'
import { messageOf } from '../../../core/message-of.js'
import { compareNames } from '../../../core/restore-order.js'
import { fileInstant } from '../../../core/names.js'
import { OctavoError } from '../../../core/errors.js'
import { openConnection } from '../connection/open-connection.js'
import { isSqliteFailure, sqliteFailure } from '../connection/sqlite-failure.js'
import { createEmpty } from '../pages/create-empty.js'

/** How many safety copies of a database are kept. */
const keptCopies = 3
const instantLength = '2026-11-22_00-17-00'.length

/** `db.sqlite3.before-restore-2026-11-22_00-17-00.sqlite3`, beside the database. */
function safetyCopyName(target: string, instant: string, number: number): string {
  const twin = number === 0 ? '' : `_${number}`
  return `${basename(target)}.before-restore-${instant}${twin}.sqlite3`
}

/** The safety copies of `target` in the order in which they were made. */
export async function listSafetyCopies(target: string): Promise<string[]> {
  const start = `${basename(target)}.before-restore-`
  const entries = await readdir(dirname(target), { withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile() && entry.name.startsWith(start))
    .map(({ name }) => name)
    .filter((name) =>
      /^\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d(_\d+)?\.sqlite3$/.test(name.slice(start.length)),
    )
    .sort((a, b) => compareNames(instantOf(a), instantOf(b)) || numberOf(a) - numberOf(b))
    .map((name) => join(dirname(target), name))
}

function instantOf(path: string): string {
  return path
    .slice(path.lastIndexOf('.before-restore-') + '.before-restore-'.length)
    .slice(0, instantLength)
}

/** Which of several copies of one second it is. */
function numberOf(path: string): number {
  return Number(/-\d\d_(\d+)\.sqlite3$/.exec(path)?.[1] ?? 0)
}

/**
 * Removes all but the newest three, never `justMade`: only after a restore succeeded. What can not be
 * removed is no failure of the restore any more: it is told as a warning.
 */
export async function pruneSafetyCopies(
  target: string,
  justMade: string | null,
): Promise<string[]> {
  try {
    const old = (await listSafetyCopies(target)).slice(0, -keptCopies)
    for (const path of old) if (path !== justMade) await rm(path, { force: true })
    if (old.length > 0) await syncFolder(dirname(target))
    return []
  } catch (error) {
    const reason = messageOf(error)
    return [`an old safety copy of ${target} could not be removed: ${reason}`]
  }
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
      return (await copyInOneStep(connection, copy)) ? await nameCopy(copy, target, at) : null
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

/** The order of the names is the order of the copies, also where the clock was set back. */
async function nameCopy(beside: string, target: string, at: Date): Promise<string> {
  const newest = (await listSafetyCopies(target)).at(-1)
  const isAhead = newest !== undefined && instantOf(newest) >= fileInstant(at)
  const instant = isAhead ? instantOf(newest) : fileInstant(at)
  for (let number = isAhead ? numberOf(newest) + 1 : 0; ; number += 1) {
    const path = join(dirname(target), safetyCopyName(target, instant, number))
    try {
      await moveIntoEmptyPlace(beside, path)
      return path
    } catch (error) {
      if (!failedWith(error, 'EEXIST')) throw error
    }
  }
}
