import { join } from 'node:path'
import { openCatalog } from '../../catalog/open-catalog.js'
import { configuredStores } from '../../config/configured-stores.js'
import { openingOf, sealingOf } from '../../config/encryption-keys.js'
import { scratchServer } from '../../config/scratch-server.js'
import { spoolFolder } from '../../config/spool-folder.js'
import { templatesOf, usualTemplates } from '../../core/backups/archive-names.js'
import type { Notice } from '../../core/backups/notifier.js'
import { asOctavoError, type OctavoError } from '../../core/errors.js'
import type { BackupRoom } from '../../jobs/backup/backup-types.js'
import { rebuildCatalog } from '../../jobs/backup/rebuild-catalog.js'
import { recoverRuns } from '../../jobs/backup/recover-runs.js'
import { RunLogs } from '../../jobs/backup/run-logs.js'
import { runJob } from '../../jobs/wall/run-job.js'
import { makePrivateFolder } from '../private-folder.js'
import type { ProcessContext } from '../process-context.js'
import { systemClock } from '../system-clock.js'
import { catalogName, homeOf, logsName } from './home.js'
import { openStores } from './open-stores.js'

export interface RoomWishes {
  readonly signal: AbortSignal
  readonly tell?: (line: string) => void
  readonly notify?: (notice: Notice) => Promise<void>
  /** Told where the room can't be opened: a run that can't begin is in no catalog. */
  readonly cantOpen?: (error: OctavoError) => Promise<void>
  /** Leave runs that died as they are: for commands that only read. */
  readonly readOnly?: boolean
}

/**
 * Opens the stores and the catalog of the configuration for `use`, and closes them afterwards. A catalog
 * that knows nothing is built from the stores first: nothing is pruned by what a new disk does not know.
 */
export async function withBackupRoom<T>(
  context: ProcessContext,
  wishes: RoomWishes,
  use: (room: BackupRoom) => Promise<T>,
): Promise<T> {
  const open: OpenParts[] = []
  try {
    const room = await openRoom(context, wishes, open).catch(async (error: unknown) => {
      if (!wishes.signal.aborted) await wishes.cantOpen?.(asOctavoError(error))
      throw error
    })
    return await use(room)
  } finally {
    for (const part of open) await part.close()
  }
}

interface OpenParts {
  close(): Promise<void>
}

/** `open` gets what is to be closed afterwards, also where this throws. */
async function openRoom(
  context: ProcessContext,
  { signal, tell = () => undefined, notify = async () => undefined, readOnly = false }: RoomWishes,
  open: OpenParts[],
): Promise<BackupRoom> {
  const config = context.config()
  const { settings } = config
  const configured = configuredStores(config)
  const catalogFolder = await makePrivateFolder(homeOf(context))
  const warn = ({ message }: { readonly message: string }): void => tell(`WARNING: ${message}`)
  const catalog = await openCatalog(join(catalogFolder, catalogName), { warn })
  open.push(catalog)
  const stores = await openStores(configured)
  open.unshift(...stores.map(({ store }) => store))
  const scratch = scratchServer(config)
  const { backupName, backupGzip = true, backupUnchanged, busyTimeout } = settings
  const room: BackupRoom = {
    stores,
    catalog,
    clock: systemClock,
    spoolFolder: await makePrivateFolder(spoolFolder(config, context.environment)),
    gzip: backupGzip,
    sealing: sealingOf(settings),
    opening: openingOf(settings),
    templates: backupName === undefined ? usualTemplates : templatesOf(backupName),
    unchanged: backupUnchanged,
    busyTimeoutMs: busyTimeout * 1000,
    ...(scratch && { scratch }),
    runJob,
    logs: new RunLogs(join(catalogFolder, logsName)),
    tell,
    notify,
  }
  await makeReady(room, { signal, readOnly })
  return room
}

async function makeReady(
  room: BackupRoom,
  { signal, readOnly }: { readonly signal: AbortSignal; readonly readOnly: boolean },
): Promise<void> {
  const [known] = await room.catalog.list({ limit: 1 })
  if (known === undefined) {
    const logged = await room.logs.ids()
    const { added, warnings } = await rebuildCatalog(room, signal)
    for (const warning of warnings) room.tell(`WARNING: ${warning}`)
    // What could not be read now may hold the backups of the others.
    if (warnings.length === 0) await forgetLogs(room, logged)
    if (added.length > 0) room.tell(`Found ${added.length} backups in the stores`)
  }
  if (readOnly) return
  for (const id of await recoverRuns(room, signal))
    room.tell(`Backup ${id} had died: marked as failed`)
}

/** Of runs that the catalog knew before it was lost. */
async function forgetLogs({ catalog, logs }: BackupRoom, logged: readonly string[]): Promise<void> {
  if (logged.length === 0) return
  const known = new Set((await catalog.list()).map(({ id }) => id))
  for (const id of logged) if (!known.has(id)) await logs.remove(id)
}
