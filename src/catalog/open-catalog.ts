import type { Catalog, CatalogWarning } from '../core/backups/catalog.js'
import { OctavoError } from '../core/errors.js'
import { messageOf } from '../core/message-of.js'
import { CatalogFile } from './catalog-file.js'
import { readHistories } from './read-histories.js'
import { listInChunks } from './list-in-chunks.js'
import { readBefore, readPage } from './run-pages.js'
import { readChoices, readTotals } from './run-totals.js'
import {
  addRun,
  beginRun,
  findRun,
  getRun,
  listRuns,
  removeRun,
  updateRun,
  type UnreadableRun,
} from './runs.js'

export interface OpenCatalogOptions {
  readonly warn?: (warning: CatalogWarning) => void
  readonly now?: () => Date
  /** How long a call waits for other processes, before it fails with `database-busy`. */
  readonly waitMs?: number
  /** For how much of that at a time nothing else runs in this thread. */
  readonly blockMs?: number
  /** Refuse a damaged file with `catalog-damaged`, and leave it where it is. */
  readonly keepDamaged?: boolean
}

/**
 * Opens the catalog in an SQLite file of its own, and makes it where there is none (mode 0600). Its
 * folder must be there, on a disk of this machine. Refused are another program's database and a catalog
 * of a newer Octavo; a damaged one is set aside, here or in a later call, and a new one made.
 */
export async function openCatalog(
  path: string,
  options: OpenCatalogOptions = {},
): Promise<Catalog> {
  const { warn = () => undefined, now = () => new Date() } = options
  const { waitMs = 30_000, blockMs = 100, keepDamaged = false } = options
  if (path.trimEnd() !== path)
    // The binding would drop it, and lead to another file.
    throw new OctavoError('usage', `the file name ${JSON.stringify(path)} ends in white space`)
  const file = new CatalogFile({
    path,
    now,
    waitMs,
    blockMs,
    keepDamaged,
    onDamaged: (keptAs, cause) => warn(damaged(path, keptAs, cause)),
  })
  const told = new Set<string>()
  const tellOnce = ({ id, error }: UnreadableRun): void => {
    if (told.has(id)) return
    told.add(id)
    warn({ kind: 'unreadable', message: error.message, id })
  }
  try {
    // Whatever can be wrong with the file is found here, and not by the first backup.
    await file.use((connection) => listRuns(connection, { limit: 1 }))
  } catch (error) {
    file.close()
    throw error
  }
  return {
    add: (record) => file.use((connection) => addRun(connection, record)),
    begin: (record, dead) => file.use((connection) => beginRun(connection, record, dead)),
    update: (id, change) => file.use((connection) => updateRun(connection, id, change)),
    get: (id) => file.use((connection) => getRun(connection, id)),
    find: (beginning) => file.use((connection) => findRun(connection, beginning)),
    list: (filter = {}) => listInChunks(file, filter, tellOnce),
    histories: (at) => readHistories(file, at, tellOnce),
    page: async (wish) => {
      const { page, unreadable } = await file.use((connection) => readPage(connection, wish))
      unreadable.forEach(tellOnce)
      return page
    },
    before: async (record) => {
      const found = await file.use((connection) => readBefore(connection, record))
      found.unreadable.forEach(tellOnce)
      return found.before
    },
    choices: () => file.use(readChoices),
    totals: () => file.use(readTotals),
    remove: (id) => file.use((connection) => removeRun(connection, id)),
    close: async () => file.close(),
  }
}

function damaged(path: string, keptAs: string, cause: unknown): CatalogWarning {
  const message =
    `the catalog ${path} was damaged (${messageOf(cause)}); it is kept as ${keptAs}, and a new one ` +
    'was made, which is empty until it is built again from the stores'
  return { kind: 'damaged', message, keptAs }
}
