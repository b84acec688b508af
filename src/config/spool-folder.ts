import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Environment } from './given-settings.js'

const largeTemporaryFolder = '/var/tmp'

export interface SpoolPlace {
  readonly settings: { readonly spoolDir?: string | undefined }
  /** Where relative paths begin. */
  readonly folder: string
}

/**
 * Where exports are written before they are sent. Without SPOOL_DIR it is a folder of this user and
 * this working folder below TMPDIR or /var/tmp: /tmp is often held in memory, which a database would
 * fill, and the database's own disk should not be filled by its backup.
 */
export function spoolFolder(config: SpoolPlace, environment: Environment): string {
  if (config.settings.spoolDir) return resolve(config.folder, config.settings.spoolDir)
  const parent =
    environment['TMPDIR'] || (existsSync(largeTemporaryFolder) ? largeTemporaryFolder : tmpdir())
  const place = createHash('sha256').update(config.folder).digest('hex').slice(0, 8)
  return join(resolve(config.folder, parent), `octavo-${process.getuid?.() ?? 0}-${place}`)
}
