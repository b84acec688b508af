import { OctavoError } from '../core/errors.js'
import { withWorkFolder } from '../core/files/work-folder.js'
import { connectGitHub } from '../stores/github/connect-github.js'
import { readVisibility } from '../stores/github/read-visibility.js'
import type { ArchiveOptions, ArchiveResult } from './archive-types.js'
import { backupAddress } from './backup-address.js'
import { commitBackup } from './commit-backup.js'
import { downloadExport } from './download-export.js'
import { listenersOf } from './listeners.js'
import { proveExport } from './prove-export.js'

/**
 * Fetches a verified export, proves it, and commits it to the branch together with the prune, in one
 * step: after an error the branch is as it was.
 */
export async function archive(options: ArchiveOptions): Promise<ArchiveResult> {
  const { keep, clock, limits = {} } = options
  if (!Number.isInteger(keep) || keep < 1)
    throw new OctavoError('config-invalid', `BACKUP_KEEP is ${keep}, not a number from 1 up`)
  const address = backupAddress(options.backupUrl)
  const listeners = listenersOf(options)
  const repository = await connectGitHub(options.github, listeners)
  const warnings = await requirePrivate(repository, options.allowPublic)
  return withWorkFolder(options.workFolder, async (folder) => {
    const { backupUrl, backupKey } = options
    const download = { backupUrl, backupKey, folder, limits, clock, ...listeners }
    const downloaded = await downloadExport(download)
    const manifest = await proveExport(downloaded, {
      now: clock.now(),
      address,
      sizes: limits.partSizes,
      ...listeners,
    })
    const committed = await commitBackup(repository, {
      file: downloaded.file,
      manifest,
      keep,
      clock,
      ...listeners,
    })
    const { plan } = committed
    return {
      repository: repository.name,
      branch: repository.branch,
      commit: committed.commit,
      name: plan.manifest.name,
      manifest: plan.manifest,
      previous: plan.previous,
      unchanged: plan.unchanged,
      kept: plan.kept.map(({ name }) => name),
      pruned: plan.pruned.map(({ name }) => name),
      warnings: [...warnings, ...committed.warnings],
    }
  })
}

/** Asked at every run: a repository may be made public at any time. */
async function requirePrivate(
  repository: Parameters<typeof readVisibility>[0],
  allowPublic: boolean,
): Promise<string[]> {
  const visibility = await readVisibility(repository)
  const { name } = repository
  if (visibility === 'private') return []
  if (visibility === 'internal')
    return [`${name} is internal: everybody of the enterprise can read the backups`]
  if (allowPublic) return [`${name} is public: everybody can read the backups`]
  throw new OctavoError('confirmation-needed', `${name} is public: everybody could read the data`, {
    hint: 'Make the repository private, or archive into a private one (ARCHIVE_REPOSITORY). Where the data may be public, set ALLOW_PUBLIC_REPOSITORY=true.',
  })
}
