import { dirname, join } from 'node:path'
import type { DocumentReading } from '../../core/document.js'
import type { Snapshot } from '../../core/engine.js'
import { OctavoError } from '../../core/errors.js'
import { foldCase } from '../../core/fold-case.js'
import { requireSpace } from '../../core/files/free-space.js'
import { withWorkFolder } from '../../core/files/work-folder.js'
import { type PickedRecords, pickRecords } from '../../documents/pick/pick-records.js'
import { Deadline } from '../../engines/sqlite/apply/deadline.js'
import { LiveTarget } from '../../engines/sqlite/apply/live-target.js'
import { lookAtFile } from '../../engines/sqlite/connection/look-at-file.js'
import { listModels } from '../../engines/sqlite/schema/describe-database.js'
import { openSnapshot } from '../../engines/sqlite/snapshot/open-snapshot.js'
import type { JobContext } from '../job-context.js'
import type { RestoreInput, RestoreResult } from '../job-types.js'
import { prepareDatabase } from '../prepare/prepare-database.js'
import { applyRestore, requireSchema } from '../restore/apply-restore.js'
import { requireRealValues } from '../restore/guard-production.js'
import { realPathOf } from '../restore/real-path-of.js'
import { sqlitePathOf } from '../sqlite-path-of.js'
import { unpackedBytes } from '../unpacked-bytes.js'
import { documentOfBackup } from './document-of-backup.js'
import { requireNoOtherWish } from './require-no-other-wish.js'
import { writePicked } from './write-picked.js'

/**
 * Brings single records back, with the parents that they need and the target does not have. They become
 * a partial document, which is merged. Whoever writes to the target meanwhile may remove or add a parent:
 * then it begins again.
 */
export async function restoreRecords(
  input: RestoreInput,
  context: JobContext,
): Promise<RestoreResult> {
  requireNoOtherWish(input)
  if (input.target.address.engine === 'postgresql') {
    const { restoreRecordsOnServer } = await import('./restore-records-on-server.js')
    return await restoreRecordsOnServer(input, context)
  }
  const path = await realPathOf(sqlitePathOf(input.target))
  const target = await lookAtFile(path)
  requireSchema(target, 'merge', path)
  const needed = 3 * (await unpackedBytes(input.file)) + 3 * target.bytes
  const space = await requireSpace(dirname(path), needed, 'the restore')
  context.onProgress({ phase: 'starting', space })
  return await withWorkFolder(dirname(path), async (workFolder) => {
    const open = await documentOfBackup(input, { workFolder, context })
    const deadline = new Deadline(input.deadlineMs, context.signal)
    for (;;) {
      try {
        return await attempt(input, { open, path, context })
      } catch (error) {
        const moved = error instanceof OctavoError && error.code === 'target-changed'
        if (!moved || !(await deadline.pause())) throw error
      }
    }
  })
}

interface Attempt {
  readonly open: () => Promise<DocumentReading>
  /** The target's. */
  readonly path: string
  readonly context: JobContext
}

async function attempt(
  input: RestoreInput,
  { open, path, context }: Attempt,
): Promise<RestoreResult> {
  const live = new LiveTarget(path)
  try {
    const { journalMode } = live.look()
    const mark = live.mark(journalMode)
    return await withWorkFolder(dirname(path), async (workFolder) => {
      context.onProgress({ phase: 'looking for parents' })
      const picked = await pickFrom(input, { open, path, workFolder, context })
      const document = join(workFolder, 'picked.json')
      await writePicked({ open, picked, path: document, context })
      const prepared = await prepareDatabase({
        file: document,
        path: join(workFolder, 'new.sqlite3'),
        workFolder,
        context,
        modelNames: new Map(),
        beforeBuild: (header) => requireRealValues(header, input.target),
        keepWal: false,
      })
      const result = await applyRestore({
        input: { ...input, only: [] },
        mode: 'merge',
        path,
        target: await lookAtFile(path),
        prepared,
        workFolder,
        context,
        made: { isUnchanged: () => live.mark(journalMode) === mark },
      })
      const warnings = [...picked.warnings, ...result.warnings]
      return { ...result, parents: picked.parents, warnings }
    })
  } finally {
    live.close()
  }
}

interface Place extends Attempt {
  readonly workFolder: string
}

async function pickFrom(input: RestoreInput, place: Place): Promise<PickedRecords> {
  const opened: Snapshot[] = []
  const openTarget = async (names: readonly string[]): Promise<Snapshot | null> => {
    const snapshot = await snapshotOf(input, names, place)
    if (snapshot) opened.push(snapshot)
    return snapshot
  }
  try {
    return await pickRecords({ open: place.open, records: input.records ?? [], openTarget })
  } finally {
    for (const snapshot of opened) await snapshot.close()
  }
}

/** Of these models and tables those that the target has; whatever else is in it is no hindrance. */
async function snapshotOf(
  { target, deadlineMs: busyTimeoutMs }: RestoreInput,
  names: readonly string[],
  { path, workFolder, context: { signal } }: Place,
): Promise<Snapshot | null> {
  const modelNames = new Map(target.modelNames)
  const wanted = new Set(names.map(foldCase))
  const models = listModels(path, { modelNames, busyTimeoutMs })
    .filter(({ model, table }) => wanted.has(foldCase(model)) || wanted.has(foldCase(table)))
    .map(({ model }) => model)
  if (models.length === 0) return null
  const options = { signal, workFolder, busyTimeoutMs, modelNames, models }
  return await openSnapshot(path, { ...options, pageCopy: false })
}
