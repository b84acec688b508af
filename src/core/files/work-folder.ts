import { rm } from 'node:fs/promises'
import { type FolderKind, makeOwnFolder, removeAbandoned } from './folder-owner.js'

const workFolders: FolderKind = {
  prefix: '.octavo-work-',
  // A job shows no life during one call of SQLite, and such a call may take long.
  silentAfterMs: 60 * 60 * 1000,
}

/**
 * Runs `use` with a new folder (mode 0700) below `parent`, and removes it afterwards. Folders that a
 * killed process left there are removed first.
 */
export async function withWorkFolder<T>(
  parent: string,
  use: (folder: string) => Promise<T>,
): Promise<T> {
  await removeAbandoned(parent, workFolders)
  const { path, giveUp } = await makeOwnFolder(parent, workFolders)
  try {
    return await use(path)
  } finally {
    giveUp()
    await rm(path, { recursive: true, force: true })
  }
}
