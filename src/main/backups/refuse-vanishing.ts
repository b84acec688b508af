import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { ConfiguredStore } from '../../config/configured-stores.js'
import type { Environment } from '../../config/given-settings.js'
import { OctavoError } from '../../core/errors.js'
import { isMissing } from '../../core/files/file-failure.js'

/**
 * Refuses where every store goes with this machine: a job of GitHub Actions, a cron service of Render,
 * any service of Render whose folder is not on its persistent disk.
 */
export async function refuseVanishing(
  stores: readonly ConfiguredStore[],
  environment: Environment,
): Promise<void> {
  const disks = stores.map((store) => (store.kind === 'disk' ? store.path : null))
  for (const path of disks) if (path === null || !(await vanishes(path, environment))) return
  throw new OctavoError(
    'config-invalid',
    `backups in ${disks.join(', ')} would be gone with this machine, whose disks are temporary`,
    {
      hint: 'Set S3_BUCKET, GCS_BUCKET or AZURE_STORAGE_CONTAINER, or BACKUP_DIR to a folder on a persistent disk; for a download of one backup use `octavo export`.',
    },
  )
}

async function vanishes(path: string, environment: Environment): Promise<boolean> {
  if (environment['GITHUB_ACTIONS'] === 'true') return true
  if (!environment['RENDER']) return false
  if (environment['RENDER_SERVICE_TYPE'] === 'cron') return true
  // A persistent disk is mounted: it is another device than the root of the machine.
  return (await deviceOf(path)) === (await deviceOf('/'))
}

/** Of the folder, or of the nearest one above it that is there. */
async function deviceOf(path: string): Promise<number> {
  try {
    return (await stat(path)).dev
  } catch (error) {
    if (!isMissing(error) || dirname(path) === path) throw error
    return deviceOf(dirname(path))
  }
}
