import { setImmediate as othersFirst } from 'node:timers/promises'
import type { BackupRecord, CatalogFilter } from '../core/backups/catalog.js'
import type { CatalogFile } from './catalog-file.js'
import { listRuns, type UnreadableRun } from './runs.js'

/** So many runs are read at a time: a few milliseconds. */
const chunkRows = 25

/**
 * A page is read in smaller ones, between which the thread does something else: the service answers
 * others meanwhile. A list without a limit is of one instant, and read at once.
 */
export async function listInChunks(
  file: CatalogFile,
  filter: CatalogFilter,
  tell: (run: UnreadableRun) => void,
): Promise<readonly BackupRecord[]> {
  const { limit = Infinity } = filter
  const found: BackupRecord[] = []
  for (;;) {
    const last = found.at(-1)
    const left = limit - found.length
    const most = limit === Infinity ? Infinity : Math.min(left, chunkRows)
    const chunk = { ...filter, ...(last && { before: last }), limit: most }
    const { records, unreadable } = await file.use((connection) => listRuns(connection, chunk))
    unreadable.forEach(tell)
    found.push(...records)
    // A chunk that is short is the last one. What is no limit was refused with the first one.
    if (records.length < most || found.length === limit) return found
    await othersFirst()
  }
}
