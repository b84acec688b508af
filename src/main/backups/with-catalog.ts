import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { OctavoError } from '../../core/errors.js'
import type { Catalog } from '../../core/backups/catalog.js'
import { runCommand } from '../run-command.js'
import type { ProcessContext } from '../process-context.js'
import { catalogName, homeOf } from './home.js'

/** The service answers others meanwhile: it waits for a catalog that is held, and does not block. */
const patience = { waitMs: 5_000, blockMs: 0, keepDamaged: true }

/**
 * Opens the catalog for the service; null where there is none, which is then neither made nor loaded:
 * the binding of SQLite takes memory that a service without backups does not have to pay. Opened for each
 * use, as its folder may be another one the next time: a disk that was mounted, a catalog built anew.
 */
export async function withCatalog<T>(
  context: ProcessContext,
  use: (catalog: Catalog | null) => Promise<T>,
): Promise<T> {
  const path = join(homeOf(context), catalogName)
  if (!existsSync(path)) return use(null)
  const { openCatalog } = await import('../../catalog/open-catalog.js')
  try {
    const catalog = await openCatalog(path, patience)
    try {
      return await use(catalog)
    } finally {
      await catalog.close()
    }
  } catch (error) {
    if (error instanceof OctavoError && error.code === 'catalog-damaged') makeAnew(context)
    throw error
  }
}

let making: Promise<void> | null = null

/** In a process of its own, and once for all who ask meanwhile: whoever asks now is told to come again. */
function makeAnew(context: ProcessContext): void {
  making ??= runCommand(context, ['catalog', 'rebuild'], new AbortController().signal)
    .catch(() => undefined)
    .finally(() => {
      making = null
    })
}
