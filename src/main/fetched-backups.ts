import { join, resolve } from 'node:path'
import type { Listeners } from '../cli/actions.js'
import { parseArchiveAddress, type ArchiveAddress } from '../archiver/archive-address.js'
import type { FetchResult } from '../archiver/archive-types.js'
import { githubPlace } from './github-place.js'
import { neededSettings } from './needed-settings.js'
import type { ProcessContext } from './process-context.js'
import { withScratchFolder } from './scratch-folder.js'

/** A backup file, and what people call it. */
export interface BackupFile {
  readonly file: string
  /** The path, or the address that was given. */
  readonly shown: string
  /** Null for a file that was there. */
  readonly fetched: FetchResult | null
}

/** What the actions of a command are given that take backups. */
export interface BackupContext extends ProcessContext {
  readonly backups: FetchedBackups
}

/**
 * Backups named on the command line. One on GitHub is fetched and proved once, into a folder that is
 * removed when the command ends: what a restore shows before it asks is what it loads afterwards.
 */
export class FetchedBackups {
  readonly #context: ProcessContext
  readonly #fetched = new Map<string, Promise<BackupFile>>()
  #folder: Promise<string> | null = null
  #closed: Promise<unknown> = Promise.resolve()
  #close = (): void => undefined

  constructor(context: ProcessContext) {
    this.#context = context
  }

  async file(argument: string, listeners: Listeners): Promise<BackupFile> {
    const address = parseArchiveAddress(argument)
    if (address === null) {
      const file = resolve(this.#context.folder, argument)
      return { file, shown: file, fetched: null }
    }
    const fetched = this.#fetched.get(argument) ?? this.#fetch(argument, address, listeners)
    this.#fetched.set(argument, fetched)
    return fetched
  }

  /** Removes what was fetched. */
  async close(): Promise<void> {
    this.#close()
    await this.#closed
  }

  async #fetch(
    shown: string,
    { repository, ...wish }: ArchiveAddress,
    listeners: Listeners,
  ): Promise<BackupFile> {
    const { settings } = this.#context.config()
    const { githubToken } = neededSettings(settings, ['githubToken'])
    this.#folder ??= this.#openFolder()
    const folder = await this.#folder
    // Loaded here: no other command waits for what speaks to GitHub.
    const { fetchBackup } = await import('../archiver/fetch-backup.js')
    const fetched = await fetchBackup({
      ...wish,
      out: join(folder, `backup-${this.#fetched.size}.json`),
      github: githubPlace(settings, { repository, githubToken }),
      ...listeners,
    })
    return { file: fetched.file, shown, fetched }
  }

  /** The folder lives as long as the function that uses it: until `close`. */
  #openFolder(): Promise<string> {
    return new Promise((resolveFolder, reject) => {
      this.#closed = withScratchFolder(this.#context, (folder) => {
        resolveFolder(folder)
        return new Promise<void>((end) => {
          this.#close = end
        })
      }).catch(reject)
    })
  }
}
