import { configuredStores } from '../../config/configured-stores.js'
import { OctavoError } from '../../core/errors.js'
import type { BackupDesk } from '../../http/backups/backup-desk.js'
import type { ProcessContext } from '../process-context.js'
import { backupShelf } from './backup-shelf.js'
import { serviceRuns } from '../service-jobs/service-runs.js'
import { homeOf } from './home.js'

/** The desk of the service over the configured stores and the catalog on this disk. */
export function backupDesk(context: ProcessContext): BackupDesk {
  return {
    shelf: backupShelf(context),
    runs: serviceRuns(context),
    places: [...placesOfStores(context), [homeOf(context), 'the catalog']],
  }
}

function placesOfStores(context: ProcessContext): (readonly [string, string])[] {
  try {
    const stores = configuredStores(context.config())
    return stores.flatMap((store) =>
      store.kind === 'disk' ? [[store.path, `"${store.name}"`] as const] : [],
    )
  } catch (error) {
    // The service exports all the same; whoever asks for backups is told what is wrong.
    if (error instanceof OctavoError) return []
    throw error
  }
}
