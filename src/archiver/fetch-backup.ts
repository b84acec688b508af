import { rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { OctavoError } from '../core/errors.js'
import { besideName } from '../core/files/durable-file.js'
import { requireSpace } from '../core/files/free-space.js'
import { outputPlace, putInPlace } from '../core/files/output-place.js'
import { readBranch } from '../stores/github/branch-state.js'
import { connectGitHub } from '../stores/github/connect-github.js'
import type { FetchOptions, FetchResult } from './archive-types.js'
import { chooseBackup } from './choose-backup.js'
import { downloadParts } from './github/download-parts.js'
import { listenersOf } from './listeners.js'
import { proveStored } from './prove-export.js'
import { readBackups } from './read-backups.js'

/**
 * Brings a backup back from the branch. It is proved (size, digest, the document itself) under
 * another name first and moved into place then: a file that is there under its name is whole.
 */
export async function fetchBackup(options: FetchOptions): Promise<FetchResult> {
  const { which, database, onProgress } = options
  const listeners = listenersOf(options)
  const repository = await connectGitHub(options.github, listeners)
  const branch = await readBranch(repository)
  if (branch === null)
    throw new OctavoError('not-found', `${repository.name} has no branch ${repository.branch}`, {
      hint: '`octavo archive` creates it with the first backup. Check ARCHIVE_REPOSITORY.',
    })
  const stored = await readBackups(repository, branch, new Map())
  const { warnings } = stored
  const chosen = chooseBackup(stored, { which, database })
  const { manifest, name } = chosen
  const others = new Set(stored.backups.map((one) => one.database))
  others.delete(chosen.database)
  const place = await outputPlace({
    out: options.out,
    usualName: `${name}.json`,
    force: options.force === true,
    // A backup's name is which one it is: two files of one name would be the same backup.
    numbered: false,
  })
  const space = await requireSpace(dirname(place.file), manifest.size, 'the backup')
  onProgress?.({ phase: 'downloading', space })
  const part = besideName(place.file)
  try {
    await downloadParts(repository, manifest.parts, { file: part, ...listeners })
    await proveStored(part, manifest, listeners)
    const file = await putInPlace(part, place)
    const { commit } = branch
    return { file, name, bytes: manifest.size, manifest, commit, others: [...others], warnings }
  } finally {
    await rm(part, { force: true })
  }
}
