import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { configuredStores, type ConfiguredStore } from '../../config/configured-stores.js'
import { baseOfManifest } from '../../core/backups/archive-names.js'
import type { ProcessContext } from '../process-context.js'
import { runCommand } from '../run-command.js'
import { catalogName, homeOf } from './home.js'

/**
 * On a new disk the catalog is built from the stores when the service starts, so that it lists what is
 * kept. Where no store can hold anything, nothing is made.
 */
export async function recallBackups(context: ProcessContext, signal: AbortSignal): Promise<void> {
  if (signal.aborted || existsSync(join(homeOf(context), catalogName))) return
  if (!configuredStores(context.config()).some(mayHoldBackups)) return
  await runCommand(context, ['catalog', 'rebuild'], signal)
}

function mayHoldBackups(store: ConfiguredStore): boolean {
  if (store.kind !== 'disk') return true
  if (!existsSync(store.path)) return false
  return readdirSync(store.path).some((name) => baseOfManifest(name) !== null)
}
