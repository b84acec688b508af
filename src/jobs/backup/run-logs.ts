import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { backupIdPattern } from '../../core/backups/manifest.js'
import { isMissing } from '../../core/files/file-failure.js'
import { RunLogWriter } from './run-log-writer.js'

const ending = '.log'

/**
 * What each run told, in a text file of its own, for its owner only. Lines stand in it as they were told:
 * whoever shows them looks for secrets once more.
 */
export class RunLogs {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  /** For the lines of a run that is about to begin; `onFault` hears once that they can't be kept. */
  writer(id: string, onFault: (message: string) => void): RunLogWriter {
    return new RunLogWriter(this.#folder, this.#path(id), onFault)
  }

  /** Null where nothing was kept. */
  async read(id: string): Promise<string | null> {
    if (!backupIdPattern.test(id)) return null
    return readFile(this.#path(id), 'utf8').catch((error: unknown) => {
      if (isMissing(error)) return null
      throw error
    })
  }

  /** Resolves also where nothing was kept. */
  async remove(id: string): Promise<void> {
    if (backupIdPattern.test(id)) await rm(this.#path(id), { force: true })
  }

  /** Those that are kept. */
  async ids(): Promise<string[]> {
    const names = await readdir(this.#folder).catch((error: unknown) => {
      if (isMissing(error)) return []
      throw error
    })
    return names
      .filter((name) => name.endsWith(ending))
      .map((name) => name.slice(0, -ending.length))
      .filter((id) => backupIdPattern.test(id))
  }

  #path(id: string): string {
    return join(this.#folder, `${id}${ending}`)
  }
}
