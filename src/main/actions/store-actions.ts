import type { PruneReport, RebuildReport, StoreCheckReport } from '../../cli/backup-actions.js'
import type { Listeners } from '../../cli/actions.js'
import { configuredStores } from '../../config/configured-stores.js'
import { baseOfManifest } from '../../core/backups/archive-names.js'
import { pruneStores } from '../../jobs/backup/prune-stores.js'
import { rebuildCatalog } from '../../jobs/backup/rebuild-catalog.js'
import { storeNamed, unknownStore } from '../../jobs/backup/store-named.js'
import type { CheckOptions } from '../../stores/check-store.js'
import { withBackupRoom } from '../backups/backup-room.js'
import { openStores } from '../backups/open-stores.js'
import type { ProcessContext } from '../process-context.js'

export async function pruneAction(
  context: ProcessContext,
  { store, dryRun }: { readonly store: string | null; readonly dryRun: boolean },
  { signal }: Listeners,
): Promise<readonly PruneReport[]> {
  return withBackupRoom(context, { signal, readOnly: dryRun }, async (room) => {
    if (store !== null) storeNamed(room.stores, store)
    const pruned = await pruneStores(room, { dryRun, signal, ...(store !== null && { store }) })
    return pruned.map(({ store: { name }, decisions }) => ({
      store: name,
      dryRun,
      backups: decisions.map(({ backup, kept, reasons }) => ({
        id: backup.id,
        name: baseOfManifest(backup.name) ?? backup.name,
        database: backup.database,
        takenAt: backup.takenAt.toISOString(),
        size: backup.size,
        kept,
        reasons,
      })),
    }))
  })
}

export async function rebuildAction(
  context: ProcessContext,
  { signal }: Listeners,
): Promise<RebuildReport> {
  return withBackupRoom(context, { signal }, (room) => rebuildCatalog(room, signal))
}

export async function checkStoreAction(
  context: ProcessContext,
  { name }: { readonly name: string },
  { signal, onStep }: Pick<Listeners, 'signal'> & Pick<CheckOptions, 'onStep'>,
): Promise<StoreCheckReport> {
  const { checkStore } = await import('../../stores/check-store.js')
  const configured = configuredStores(context.config())
  const wanted = configured.filter((store) => store.name === name)
  const [opened] = await openStores(wanted)
  if (opened === undefined)
    throw unknownStore(
      name,
      configured.map((store) => store.name),
    )
  const { store } = opened
  try {
    const steps = await checkStore(store, { signal, ...(onStep && { onStep }) })
    return { store: name, shown: store.shown, ok: steps.every(({ ok }) => ok), steps }
  } finally {
    await store.close()
  }
}
