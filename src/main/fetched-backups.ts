import { join, resolve } from 'node:path'
import type { Listeners } from '../cli/actions.js'
import { isBackupId } from '../core/backups/backup-id.js'
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
  /** Of a backup on GitHub; null for a file that was there, and for a backup of a store. */
  readonly fetched: FetchResult | null
  /** The size of the encrypted file that it was; null for one that is not encrypted. */
  readonly sealedBytes: number | null
}

/** What the actions of a command are given that take backups. */
export interface BackupContext extends ProcessContext {
  readonly backups: FetchedBackups
}

/**
 * Backups named on the command line. One on GitHub is fetched and proved once, into a folder that is
 * removed when the command ends: what a restore shows before it asks is what it loads afterwards. One
 * that is encrypted is decrypted there.
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
    if (address === null && isBackupId(argument))
      return this.#once(argument, () => this.#fromStores(argument, listeners))
    if (address === null) return this.#fromDisk(argument, listeners)
    return this.#once(argument, () => this.#fetch(argument, address, listeners))
  }

  #once(argument: string, fetch: () => Promise<BackupFile>): Promise<BackupFile> {
    const fetched = this.#fetched.get(argument) ?? fetch()
    this.#fetched.set(argument, fetched)
    return fetched
  }

  async #fromDisk(argument: string, listeners: Listeners): Promise<BackupFile> {
    const file = resolve(this.#context.folder, argument)
    const { isSealed, openSealed } = await import('./sealed-backup.js')
    if (!(await isSealed(file))) return { file, shown: file, fetched: null, sealedBytes: null }
    return this.#once(argument, async () => {
      this.#folder ??= this.#openFolder()
      const out = join(await this.#folder, `opened-${this.#fetched.size}`)
      const sealedBytes = await openSealed(this.#context, { file, out }, listeners)
      return { file: out, shown: file, fetched: null, sealedBytes }
    })
  }

  async #fromStores(id: string, listeners: Listeners): Promise<BackupFile> {
    this.#folder ??= this.#openFolder()
    const folder = await this.#folder
    const { fetchFromStores } = await import('./backups/fetch-from-stores.js')
    const { file, record, warnings } = await fetchFromStores(
      this.#context,
      { id, folder },
      listeners,
    )
    for (const warning of warnings) this.#context.terminal.err.write(`warning: ${warning}\n`)
    const archive = record.manifest?.archive
    const sealedBytes = archive?.codecs.includes('age') ? archive.size : null
    return { file, shown: record.id, fetched: null, sealedBytes }
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
    return { file: fetched.file, shown, fetched, sealedBytes: null }
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
