import { randomBytes } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { OctavoError } from '../../core/errors.js'
import {
  type FolderKind,
  makeOwnFolder,
  type OwnFolder,
  removeAbandoned,
} from '../../core/files/folder-owner.js'

const spoolFolders: FolderKind = { prefix: 'octavo-spool-', silentAfterMs: 15 * 60 * 1000 }

/**
 * This process's own folder below the spool folder, mode 0700. Others may share the spool folder:
 * only folders of our naming whose process is gone are ever removed.
 */
export class SpoolFolder {
  readonly path: string
  readonly #parent: string
  readonly #giveUp: () => void

  private constructor(parent: string, { path, giveUp }: OwnFolder) {
    this.#parent = parent
    this.path = path
    this.#giveUp = giveUp
  }

  /** Fails, and so the start of the service, where the folder can't be made or written to. */
  static async open(parent: string): Promise<SpoolFolder> {
    try {
      await mkdir(parent, { recursive: true, mode: 0o700 })
      // Before there is a folder of our own, that would stay behind where this fails.
      await removeAbandoned(parent, spoolFolders)
      return new SpoolFolder(parent, await makeOwnFolder(parent, spoolFolders))
    } catch (error) {
      const why = error instanceof Error && 'code' in error ? String(error.code) : 'unknown cause'
      throw new OctavoError('config-invalid', `the spool folder ${parent} can't be used: ${why}`, {
        hint: 'Point SPOOL_DIR at a folder that the service may write to.',
        cause: error,
      })
    }
  }

  /** A new folder for one job, mode 0700. */
  async jobFolder(): Promise<string> {
    const path = join(this.path, randomBytes(8).toString('hex'))
    await mkdir(path, { mode: 0o700 })
    return path
  }

  /** Removes what processes left that ended without cleaning up. */
  removeLeftovers(): Promise<void> {
    return removeAbandoned(this.#parent, spoolFolders)
  }

  async close(): Promise<void> {
    this.#giveUp()
    await rm(this.path, { recursive: true, force: true })
  }
}
