import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DocumentReading } from '../../core/document.js'
import { OctavoError } from '../../core/errors.js'
import { withWorkFolder } from '../../core/files/work-folder.js'
import { pickRecords, type PickedRecords } from '../../documents/pick/pick-records.js'
import type { Session } from '../../engines/postgresql/connection/session.js'
import { openSnapshot } from '../../engines/postgresql/snapshot/open-snapshot.js'
import { readTableMarks } from '../../engines/postgresql/transfer/table-marks.js'
import type { JobContext } from '../job-context.js'
import type { RestoreInput, RestoreResult } from '../job-types.js'
import { type MadeRows, restoreServer } from '../postgresql/restore-server.js'
import { serverPlaceOf } from '../postgresql/server-place.js'
import { withHeartbeat } from '../postgresql/with-heartbeat.js'
import { documentOfBackup } from './document-of-backup.js'
import { writePicked } from './write-picked.js'

/** How often a restore begins again where others write to the parents that it looked at. */
const mostAttempts = 5

/** Brings single records back into a database on a server, in one transaction. */
export async function restoreRecordsOnServer(
  input: RestoreInput,
  context: JobContext,
): Promise<RestoreResult> {
  return await withWorkFolder(tmpdir(), async (workFolder) => {
    const open = await documentOfBackup(input, { workFolder, context })
    for (let attempt = 1; ; attempt += 1)
      try {
        const file = join(workFolder, `picked-${attempt}.json`)
        const { picked, made } = await withHeartbeat(context, (beating) =>
          pick(input, { open, workFolder, context: beating }),
        )
        await writePicked({ open, picked, path: file, context })
        const { records: _, ...plain } = input
        const result = await restoreServer(
          { ...plain, file, mode: 'merge', only: [] },
          context,
          made,
        )
        const warnings = [...picked.warnings, ...result.warnings]
        return { ...result, parents: picked.parents, warnings }
      } catch (error) {
        const moved = error instanceof OctavoError && error.code === 'target-changed'
        if (!moved || attempt === mostAttempts) throw error
      }
  })
}

interface Picking {
  readonly open: () => Promise<DocumentReading>
  readonly workFolder: string
  readonly context: JobContext
}

async function pick(
  { target, records = [], deadlineMs: busyTimeoutMs }: RestoreInput,
  { open, workFolder, context }: Picking,
): Promise<{ readonly picked: PickedRecords; readonly made: MadeRows }> {
  context.onProgress({ phase: 'looking for parents' })
  const snapshot = await openSnapshot(serverPlaceOf(target), {
    signal: context.signal,
    workFolder,
    busyTimeoutMs,
    modelNames: new Map(target.modelNames),
    pgDump: 'none',
  })
  try {
    const picked = await pickRecords({ open, records, openTarget: async () => snapshot })
    const tables = picked.looked.map((model) => snapshot.table(model).stored)
    const before = await readTableMarks(snapshot.session, tables)
    const made = {
      complete: new Set<string>(),
      isUnchanged: async (session: Session) => (await readTableMarks(session, tables)) === before,
    }
    return { picked, made }
  } finally {
    await snapshot.close()
  }
}
