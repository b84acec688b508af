import { mkdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Listeners } from '../../cli/actions.js'
import type { BackedUpFile, BackUpToFileRequest } from '../../cli/manage-actions.js'
import type { DatabaseType } from '../../config/choose-by-type.js'
import { chooseDatabase, productionDatabase } from '../../config/choose-database.js'
import { samePlace } from '../../core/database-place.js'
import { OctavoError } from '../../core/errors.js'
import { failedWith } from '../../core/files/file-failure.js'
import { devLabel, prodLabel } from '../../core/labels.js'
import { fileInstant } from '../../core/names.js'
import type { ProcessContext } from '../process-context.js'
import { systemClock } from '../system-clock.js'
import { sayingBackupFailed } from './backup-failed.js'
import { exportAction } from './export-action.js'
import { fixtureAction } from './fixture-action.js'

export async function usualTypeAction(context: ProcessContext): Promise<DatabaseType | null> {
  const config = context.config()
  const production = productionDatabase(config)
  if (production === undefined) return null
  return samePlace(production.address, chooseDatabase(config).address) ? prodLabel : devLabel
}

/** All of the microseconds, all of the keys: what was cut from a fixture, no restore brings back. */
const wish = { indent: 2, naturalForeign: false, naturalPrimary: false, microseconds: true }

/** `backup_YYYYMMDD_HHMMSS.sql` or `.json`; it gets its name when it is finished and proved. */
export async function backUpToFileAction(
  context: ProcessContext,
  { format, folder }: BackUpToFileRequest,
  listeners: Listeners,
): Promise<BackedUpFile> {
  const { name, address } = chooseDatabase(context.config())
  if (format === 'sql' && address.engine !== 'postgresql')
    throw new OctavoError('usage', `SQL backup only supported for PostgreSQL: ${name} is SQLite`, {
      hint: 'Take --format json, or a copy of the file: `octavo backup --format sqlite`.',
    })
  await makeFolder(resolve(context.folder, folder))
  const stem = `backup_${fileInstant(systemClock.now()).replaceAll('-', '')}`
  const out = { path: folder, force: false, stem }
  const asked = { database: undefined, dbType: null, allowEmpty: false, models: [], out } as const
  const { location, file, bytes, records, warnings } = await sayingBackupFailed<BackedUpFile>(
    true,
    () =>
      format === 'sql'
        ? exportAction(context, { ...asked, format, verify: true }, listeners)
        : fixtureAction(context, { ...asked, wish, prove: true }, listeners),
  )
  return { location, file, bytes, records, warnings }
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
  } catch (cause) {
    if (!failedWith(cause, 'EEXIST') && !failedWith(cause, 'ENOTDIR')) throw cause
    throw new OctavoError('usage', `${folder} is no folder, and none can be made there`, {
      hint: 'Name another with --output-dir.',
      cause,
    })
  }
}
