import { stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { OctavoError } from '../../core/errors.js'
import { requireSpace } from '../../core/files/free-space.js'
import { withWorkFolder } from '../../core/files/work-folder.js'
import { lookAtFile } from '../../engines/sqlite/connection/look-at-file.js'
import { applyRestore, requireSchema } from './apply-restore.js'
import { isFixture } from '../prepare/is-fixture.js'
import type { JobContext } from '../job-context.js'
import type { RestoreInput, RestoreResult } from '../job-types.js'
import { requireRealValues } from './guard-production.js'
import { realPathOf } from './real-path-of.js'
import { prepareDatabase } from '../prepare/prepare-database.js'
import { restoreMode } from './restore-mode.js'
import { sqlitePathOf } from '../sqlite-path-of.js'
import { unpackedBytes } from '../unpacked-bytes.js'

/**
 * Restores a backup file: everything is decoded, built, checked and proved in a folder beside the
 * target before the target is touched; then it is applied in one atomic step and read back.
 */
export async function restoreFile(
  input: RestoreInput,
  context: JobContext,
): Promise<RestoreResult> {
  if (input.records !== undefined && input.records.length > 0) {
    const { restoreRecords } = await import('../pick/restore-records.js')
    return await restoreRecords(input, context)
  }
  if (await isFixture(input.file)) {
    const { restoreFixture } = await import('../fixture/restore-fixture.js')
    return await restoreFixture(input, context)
  }
  if (input.target.address.engine === 'postgresql') {
    const { restoreServer } = await import('../postgresql/restore-server.js')
    return await restoreServer(input, context)
  }
  const path = await realPathOf(sqlitePathOf(input.target))
  const folder = dirname(path)
  const target = await lookAtFile(path)
  const space = await requireSpace(folder, await spaceNeeded(input, target.bytes), 'the restore')
  context.onProgress({ phase: 'starting', space })
  return await withWorkFolder(folder, async (workFolder) => {
    const prepared = await prepareDatabase({
      file: input.file,
      path: join(workFolder, 'new.sqlite3'),
      workFolder,
      context,
      modelNames: new Map(input.target.modelNames),
      beforeBuild: (header) => {
        requireRealValues(header, input.target)
        requireSchema(target, restoreMode(input, header?.selection !== undefined), path)
      },
      ...(target.wal && { pageSize: target.pageSize }),
      keepWal: !target.exists,
      scratch: input.scratch,
    })
    const mode = restoreMode(input, prepared.header?.selection !== undefined)
    return await applyRestore({ input, mode, path, target, prepared, workFolder, context })
  })
}

/** The new database, the safety copy of the old one and the journal of the last step. */
async function spaceNeeded(input: RestoreInput, targetBytes: number): Promise<number> {
  await stat(input.file).catch((error: unknown) => {
    throw new OctavoError('not-found', `the backup ${input.file} can not be read`, {
      cause: error,
      hint: 'Check the path of the backup.',
    })
  })
  return (await unpackedBytes(input.file)) + (input.dryRun ? 0 : 2 * targetBytes)
}
