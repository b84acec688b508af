import type {
  BackUpReport,
  BackUpRequest,
  ListedBackup,
  ListRequest,
  RemoveRequest,
  VerifyBackupRequest,
} from '../../cli/backup-actions.js'
import { formatsOf } from '../../core/export-formats.js'
import type { Listeners } from '../../cli/actions.js'
import { configuredStores } from '../../config/configured-stores.js'
import type { BackupRecord } from '../../core/backups/catalog.js'
import type { OctavoError } from '../../core/errors.js'
import { makeBackup } from '../../jobs/backup/make-backup.js'
import { readSizeChanges } from '../../jobs/backup/read-trend.js'
import { removeBackup, type RemovedBackup } from '../../jobs/backup/remove-backup.js'
import { setPin } from '../../jobs/backup/set-pin.js'
import { storeNamed } from '../../jobs/backup/store-named.js'
import { verifyBackup, type VerifiedBackup } from '../../jobs/backup/verify-backup.js'
import { withBackupRoom } from '../backups/backup-room.js'
import { findBackup } from '../backups/find-backup.js'
import { refuseVanishing } from '../backups/refuse-vanishing.js'
import { noticeSender } from '../backups/send-notices.js'
import type { ProcessContext } from '../process-context.js'
import { askedDatabase } from './asked-database.js'
import { sayingBackupFailed } from './backup-failed.js'
import { roomForRun, wantedFormat } from './room-for-run.js'
import { timedLines } from './timed-lines.js'

export async function backUpAction(
  context: ProcessContext,
  request: BackUpRequest,
  listeners: Listeners,
): Promise<BackUpReport> {
  return sayingBackupFailed(request.dbType !== null, () => backUp(context, request, listeners))
}

async function backUp(
  context: ProcessContext,
  request: BackUpRequest,
  { signal, onProgress }: Listeners,
): Promise<BackUpReport> {
  const config = context.config()
  const { database, warnings } = askedDatabase(config, request)
  await refuseVanishing(configuredStores(config), context.environment)
  const { settings } = config
  const wanted = wantedFormat(request, settings, database.address)
  const tell = timedLines(request.tell)
  for (const warning of warnings) tell(`WARNING: ${warning}`)
  const { notify, cantBegin } = await noticeSender(context, { signal, tell })
  const cantOpen = (error: OctavoError): Promise<void> => cantBegin([database.name], error)
  return withBackupRoom(context, { signal, tell, notify, cantOpen }, async (room) => {
    const backups: BackupRecord[] = []
    const pruned: string[] = []
    for (const format of formatsOf(wanted, database.address)) {
      const { prune, startedBy, allowEmpty } = request
      const wish = { database, format, startedBy, prune, allowEmpty, signal, onProgress }
      const outcome = await makeBackup(roomForRun(room, request, { settings, format }), wish)
      backups.push(outcome.record)
      pruned.push(...outcome.pruned)
    }
    return { backups, pruned }
  })
}

export async function listAction(
  context: ProcessContext,
  { database, status, last }: ListRequest,
  { signal }: Listeners,
): Promise<readonly ListedBackup[]> {
  return withBackupRoom(context, { signal, readOnly: true }, async ({ catalog }) => {
    const records = await catalog.list({
      ...(database !== null && { database }),
      ...(status !== null && { status }),
      limit: Math.max(1, last),
    })
    const changes = await readSizeChanges(catalog, records)
    return records.map((record) => ({ ...record, change: changes.get(record.id) ?? null }))
  })
}

export async function showAction(
  context: ProcessContext,
  { id }: { readonly id: string },
  { signal }: Listeners,
): Promise<BackupRecord> {
  return withBackupRoom(context, { signal, readOnly: true }, ({ catalog }) =>
    findBackup(catalog, id),
  )
}

export async function verifyBackupAction(
  context: ProcessContext,
  request: VerifyBackupRequest,
  { signal, onProgress }: Listeners,
): Promise<VerifiedBackup> {
  return withBackupRoom(context, { signal, readOnly: true }, async (room) => {
    const record = await findBackup(room.catalog, request.id)
    const { store, expect } = request
    return verifyBackup(room, { record, store, expect, signal, onProgress })
  })
}

export async function pinAction(
  context: ProcessContext,
  { id, pinned }: { readonly id: string; readonly pinned: boolean },
  { signal }: Listeners,
): Promise<BackupRecord> {
  return withBackupRoom(context, { signal }, async (room) => {
    const record = await findBackup(room.catalog, id)
    const storeOf = (name: string) => storeNamed(room.stores, name)
    return setPin(room.catalog, { record, pinned, storeOf, signal })
  })
}

export async function removeAction(
  context: ProcessContext,
  { id: beginning, force }: RemoveRequest,
  { signal, onProgress }: Listeners,
): Promise<RemovedBackup> {
  return withBackupRoom(context, { signal }, async (room) => {
    const record = await findBackup(room.catalog, beginning)
    const onStore = (store: string): void => onProgress({ phase: `removing from ${store}` })
    return removeBackup(room, { record, force, signal, onStore })
  })
}
