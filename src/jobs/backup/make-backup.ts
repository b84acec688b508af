import type { BackupRecord } from '../../core/backups/catalog.js'
import { archiveBaseName } from '../../core/backups/archive-names.js'
import { newBackupId } from '../../core/backups/backup-id.js'
import { asOctavoError, OctavoError, toErrorRecord } from '../../core/errors.js'
import { withWorkFolder } from '../../core/files/work-folder.js'
import type { BackupRequest, BackupRoom } from './backup-types.js'
import { beginAlone, beginning } from './begin-run.js'
import { forgetWithRun, keepLog } from './keep-log.js'
import { exportPlain, manifestOf, packExport, type PackedArchive } from './make-archive.js'
import { nameWarnings } from './name-warnings.js'
import { requireRecords } from '../export/require-records.js'
import { pruneStores } from './prune-stores.js'
import { runLog, type RunLog } from './run-log.js'
import { staySeen } from './run-process.js'
import { freeBaseName } from './store-backup.js'
import { storeEverywhere } from './store-everywhere.js'
import { sameAsBefore } from './same-as-before.js'

export interface BackupOutcome {
  readonly record: BackupRecord
  /** Names of backups that were pruned, with their stores. */
  readonly pruned: readonly string[]
}

/**
 * One run: snapshot, proof, codecs, stores, proof of what the stores give back, prune, notices. The
 * record says how it ended, also when this throws; after a failure nothing was pruned. What of several
 * stores took the backup keeps it.
 */
export async function makeBackup(
  around: BackupRoom,
  request: BackupRequest,
): Promise<BackupOutcome> {
  const startedAt = around.clock.now()
  const id = newBackupId(startedAt)
  const { room, kept } = keepLog(around, id)
  const log = runLog(room)
  log.starting(request, id)
  const begun = await beginning(request, { id, startedAt })
  await beginAlone(room, begun)
  kept.begin()
  const stopSaying = staySeen(room, id)
  await room.notify({ kind: 'started', record: begun })
  try {
    const warnings = await withWorkFolder(room.spoolFolder, (workFolder) =>
      run(room, request, { id, startedAt, workFolder, log }),
    )
    const record = await finish(room, id, { status: 'success', warnings })
    if (record === null) throw new OctavoError('internal', `the run ${id} is not in the catalog`)
    const leavesTrace = record.unchangedFrom === null || room.unchanged === 'record'
    if (!leavesTrace) await room.catalog.remove(id)
    const pruned = request.prune && leavesTrace ? await pruneAfter(room, request, log) : []
    log.completed((room.clock.now().getTime() - startedAt.getTime()) / 1000)
    await room.notify({ kind: 'success', record, pruned })
    return { record, pruned }
  } catch (thrown) {
    const error = asOctavoError(thrown)
    log.failed(`${error.message} (${error.code})`)
    const record = await finish(room, id, { status: 'failed', error: toErrorRecord(error) })
    if (record !== null) await room.notify({ kind: 'failure', record, error })
    throw error
  } finally {
    await stopSaying()
    kept.end()
    await forgetWithRun(room, id)
  }
}

/** What can't be pruned stays, and is said: the backup is made all the same. */
async function pruneAfter(
  room: BackupRoom,
  { database, signal }: BackupRequest,
  log: RunLog,
): Promise<string[]> {
  try {
    const stores = await pruneStores(room, { database: database.name, dryRun: false, signal })
    return stores.flatMap(({ store, decisions }) => {
      const kept = decisions.filter((one) => one.kept).map(({ backup }) => backup)
      const gone = decisions.filter((one) => !one.kept).map(({ backup }) => backup.id)
      log.pruned(store.shown, gone, kept)
      return gone.map((id) => `${id} from ${store.name}`)
    })
  } catch (error) {
    log.warning(`old backups could not be pruned: ${asOctavoError(error).message}`)
    return []
  }
}

interface RunContext {
  readonly id: string
  readonly startedAt: Date
  readonly workFolder: string
  readonly log: RunLog
}

/** Returns warnings; throws for what makes the run a failed one. */
async function run(
  room: BackupRoom,
  request: BackupRequest,
  place: RunContext,
): Promise<readonly string[]> {
  const { id, startedAt, log } = place
  const { database, format, signal } = request
  const plain = await exportPlain(room, request, place)
  if (request.allowEmpty !== true) requireRecords(plain, database)
  const warnings = [...plain.warnings, ...nameWarnings(room.templates[format], database)]
  for (const warning of warnings) log.warning(warning)
  const before = await sameAsBefore(room, request, plain)
  if (before !== null) {
    log.unchanged(before)
    await room.catalog.update(id, { unchangedFrom: before })
    return warnings
  }
  const wanted = archiveBaseName(room.templates[format], {
    database: database.name,
    label: database.label,
    takenAt: startedAt,
  })
  const stores = room.stores.map(({ store }) => store)
  const base = await freeBaseName(stores, wanted, signal)
  log.created(base, plain.bytes, plain.records)
  const packed = await packExport(room, request, plain)
  if (packed.codecs.length > 0) log.packed(howPacked(packed), packed.bytes)
  const now = room.clock.now()
  const manifest = manifestOf({ request, place, plain, packed, base, now })
  await room.catalog.update(id, { manifest })
  await storeEverywhere(room, request, { manifest, packed, base, log })
  return warnings
}

function howPacked({ codecs }: PackedArchive): string {
  const words = { gzip: 'compressed', age: 'encrypted' }
  return codecs.map((codec) => words[codec]).join(' and ')
}

/** Null for a run that somebody took out of the catalog meanwhile. */
async function finish(
  { catalog, clock }: BackupRoom,
  id: string,
  end: Partial<BackupRecord>,
): Promise<BackupRecord | null> {
  if ((await catalog.get(id)) === null) return null
  await catalog.update(id, { ...end, endedAt: clock.now().toISOString(), process: null })
  return await catalog.get(id)
}
