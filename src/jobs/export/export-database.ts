import { lstat, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { OctavoError } from '../../core/errors.js'
import { isDump } from '../../core/export-formats.js'
import { isMissing } from '../../core/files/file-failure.js'
import { requireSpace } from '../../core/files/free-space.js'
import { withWorkFolder } from '../../core/files/work-folder.js'
import { exportDocument } from './export-document.js'
import type { ExportStep } from './export-step.js'
import { exportNativeCopy } from './export-native-copy.js'
import type { JobContext } from '../job-context.js'
import type { ExportInput, ExportResult } from '../job-types.js'
import { sqlitePathOf } from '../sqlite-path-of.js'
import { spaceNeeded } from './space-needed.js'

/**
 * Writes an export of one consistent snapshot into `input.file`. After an error the file is not
 * there; after success it is complete, and on the disk unless it is `temporary`.
 */
export async function exportDatabase(
  input: ExportInput,
  context: JobContext,
): Promise<ExportResult> {
  const folder = dirname(input.file)
  await requireNoFile(input.file)
  const space = await requireSpace(folder, await spaceNeeded(input), 'the export')
  context.onProgress({ phase: 'starting', space })
  try {
    return await withWorkFolder(folder, (workFolder) => write({ input, workFolder, context }))
  } catch (error) {
    await rm(input.file, { force: true })
    throw error
  }
}

async function write(step: Omit<ExportStep, 'path'>): Promise<ExportResult> {
  const { database, format } = step.input
  if (database.address.engine === 'postgresql') {
    const { exportServer } = await import('../postgresql/export-server.js')
    return await exportServer(step)
  }
  const path = sqlitePathOf(database)
  if (isDump(format))
    throw new OctavoError(
      'usage',
      `a dump (--format ${format}) is made of PostgreSQL only, and ${database.address.shown} is an SQLite file`,
      { hint: 'Use --format json, or --format sqlite for a native copy.' },
    )
  return await (format === 'json' ? exportDocument : exportNativeCopy)({ ...step, path })
}

/** What is there already is not ours to overwrite, nor to remove after an error. */
async function requireNoFile(file: string): Promise<void> {
  const exists = await lstat(file).then(
    () => true,
    (error: unknown) => (isMissing(error) ? false : Promise.reject(error)),
  )
  if (exists) throw new OctavoError('usage', `the export file ${file} exists already`)
}
