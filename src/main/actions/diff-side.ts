import { chooseDatabase } from '../../config/choose-database.js'
import type { Listeners } from '../../cli/actions.js'
import { OctavoError } from '../../core/errors.js'
import { recogniseFile } from '../../documents/byte-source.js'
import type { DiffSide } from '../../jobs/job-types.js'
import type { BackupContext } from '../fetched-backups.js'

/**
 * What an argument of diff means: a backup where there is such a file, or on GitHub, unless it is an
 * SQLite file, which is read as the live database that it may be; else a configured name or an address.
 */
export async function diffSide(
  context: BackupContext,
  argument: string,
  listeners: Listeners,
): Promise<DiffSide> {
  const { file, shown } = await context.backups.file(argument, listeners)
  const content = await recogniseFile(file).catch((error: unknown) => {
    // A pipe or a device is there: it was meant, and no database opens it.
    if (error instanceof OctavoError && error.code === 'usage') throw error
    // What can't be read as a file may be a configured name or an address.
    return 'sqlite'
  })
  // A copy that was fetched or decrypted is no live database, whatever it holds.
  if (content !== 'sqlite' || file !== shown) return { kind: 'file', file }
  return { kind: 'database', database: chooseDatabase(context.config(), argument) }
}
