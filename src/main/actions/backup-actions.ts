import type {
  BackUpReport,
  BackUpRequest,
  ListedBackup,
  ListRequest,
  PruneReport,
  RebuildReport,
  RemoveReport,
  RemoveRequest,
  StoreCheckReport,
  VerifyBackupReport,
  VerifyBackupRequest,
} from '../../cli/backup-actions.js'
import type { Listeners } from '../../cli/actions.js'
import { chooseDatabase } from '../../config/choose-database.js'
import { configuredStores } from '../../config/configured-stores.js'
import { baseOfManifest } from '../../core/backups/archive-names.js'
import type { BackupRecord } from '../../core/backups/catalog.js'
import { betterProof, type Verification } from '../../core/backups/verification.js'
import { asOctavoError, OctavoError, toErrorRecord, type ErrorRecord } from '../../core/errors.js'
import type { BackupRoom } from '../../jobs/backup/backup-types.js'
import { makeBackup } from '../../jobs/backup/make-backup.js'
import { pruneStores } from '../../jobs/backup/prune-stores.js'
import { rebuildCatalog } from '../../jobs/backup/rebuild-catalog.js'
import { readSizeChanges } from '../../jobs/backup/read-trend.js'
import { removeBackup } from '../../jobs/backup/remove-backup.js'
import { setPin } from '../../jobs/backup/set-pin.js'
import { verifyCopy } from '../../jobs/backup/verify-copy.js'
import { withBackupRoom } from '../backups/backup-room.js'
import { findBackup } from '../backups/find-backup.js'
import { openStores } from '../backups/open-stores.js'
import { refuseVanishing } from '../backups/refuse-vanishing.js'
import { noticeSender } from '../backups/send-notices.js'
import type { ProcessContext } from '../process-context.js'
import { timedLines } from './timed-lines.js'

export async function backUpAction(
  context: ProcessContext,
  request: BackUpRequest,
  { signal, onProgress }: Listeners,
): Promise<BackUpReport> {
  const config = context.config()
  const database = chooseDatabase(config, request.database)
  await refuseVanishing(configuredStores(config), context.environment)
  const wanted = request.format ?? config.settings.backupFormat
  const formats = wanted === 'both' ? (['json', 'sqlite'] as const) : ([wanted] as const)
  const tell = timedLines(request.tell)
  const { notify, cantBegin } = await noticeSender(context, { signal, tell })
  const cantOpen = (error: OctavoError): Promise<void> => cantBegin([database.name], error)
  return withBackupRoom(context, { signal, tell, notify, cantOpen }, async (room) => {
    const backups: BackupRecord[] = []
    const pruned: string[] = []
    for (const format of formats) {
      const { prune, startedBy } = request
      const wish = { database, format, startedBy, prune, signal, onProgress }
      const outcome = await makeBackup(withRetentionDays(room, request.retentionDays), wish)
      backups.push(outcome.record)
      pruned.push(...outcome.pruned)
    }
    return { backups, pruned }
  })
}

function withRetentionDays(room: BackupRoom, days: number | null): BackupRoom {
  if (days === null) return room
  const stores = room.stores.map(({ store, policy }) => {
    return { store, policy: { ...policy, olderThanDays: days } }
  })
  return { ...room, stores }
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
): Promise<VerifyBackupReport> {
  return withBackupRoom(context, { signal, readOnly: true }, async (room) => {
    const { id, manifest, copies } = await findBackup(room.catalog, request.id)
    const { expect, store: only } = request
    const wanted = copies.filter(({ store }) => only === null || store === only)
    if (manifest === null || wanted.length === 0)
      throw new OctavoError('not-found', `no store${only === null ? '' : ` "${only}"`} holds ${id}`)
    const done: { store: string; verification: Verification }[] = []
    const failed: { store: string; error: ErrorRecord }[] = []
    for (const copy of wanted)
      try {
        const parts = { copy, manifest, opening: room.opening, expect, signal, onProgress }
        const store = storeOf(room, copy.store)
        const verification = await verifyCopy(room, { ...parts, store })
        done.push({ store: copy.store, verification })
        await noteVerification(room, { id, store: copy.store, verification })
      } catch (error) {
        // One bad copy says nothing of the others: people want to know which ones they have.
        signal.throwIfAborted()
        failed.push({ store: copy.store, error: toErrorRecord(asOctavoError(error)) })
      }
    return { record: await room.catalog.find(id), copies: done, failed }
  })
}

async function noteVerification(
  { catalog }: BackupRoom,
  { id, store, verification }: { id: string; store: string; verification: Verification },
): Promise<void> {
  const { copies } = await catalog.find(id)
  await catalog.update(id, {
    copies: copies.map((one) =>
      one.store === store
        ? { ...one, verification: betterProof(one.verification, verification) }
        : one,
    ),
  })
}

export async function pruneAction(
  context: ProcessContext,
  { store, dryRun }: { readonly store: string | null; readonly dryRun: boolean },
  { signal }: Listeners,
): Promise<readonly PruneReport[]> {
  return withBackupRoom(context, { signal, readOnly: dryRun }, async (room) => {
    if (store !== null) storeOf(room, store)
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

export async function pinAction(
  context: ProcessContext,
  { id, pinned }: { readonly id: string; readonly pinned: boolean },
  { signal }: Listeners,
): Promise<BackupRecord> {
  return withBackupRoom(context, { signal }, async (room) => {
    const record = await findBackup(room.catalog, id)
    const storeOfName = (name: string) => storeOf(room, name)
    return setPin(room.catalog, { record, pinned, storeOf: storeOfName, signal })
  })
}

export async function removeAction(
  context: ProcessContext,
  { id: beginning, force }: RemoveRequest,
  { signal, onProgress }: Listeners,
): Promise<RemoveReport> {
  return withBackupRoom(context, { signal }, async (room) => {
    const record = await findBackup(room.catalog, beginning)
    const onStore = (store: string): void => onProgress({ phase: `removing from ${store}` })
    const stores = await removeBackup(room, { record, force, signal, onStore })
    return { id: record.id, stores }
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
  { signal }: Listeners,
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
    const steps = await checkStore(store, { signal })
    return { store: name, shown: store.shown, ok: steps.every(({ ok }) => ok), steps }
  } finally {
    await store.close()
  }
}

function storeOf({ stores }: BackupRoom, name: string) {
  const found = stores.find(({ store }) => store.name === name)
  if (found) return found.store
  throw unknownStore(
    name,
    stores.map(({ store }) => store.name),
  )
}

function unknownStore(name: string, known: readonly string[]): OctavoError {
  return new OctavoError('not-found', `no store "${name}" is configured`, {
    hint: `There is: ${known.join(', ')}.`,
  })
}
