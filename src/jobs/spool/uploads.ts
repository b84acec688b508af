import { randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../../core/clock.js'
import { OctavoError } from '../../core/errors.js'
import { SpoolFolder } from './spool-folder.js'
import { UploadRoom } from './upload-room.js'
import { type SentFile, shownName, writeUpload } from './write-upload.js'

/** A file that somebody sent. */
export interface Upload {
  /** Nobody guesses it; it stands for the file in addresses and forms. */
  readonly id: string
  /** What its sender calls it: to be shown, and never a part of a path. */
  readonly name: string
  readonly bytes: number
  /** On this machine: never told to anybody. */
  readonly path: string
}

export interface UploadsOptions {
  /** The spool folder: the files lie in a folder of this process's own below it. */
  readonly folder: string
  readonly clock: Clock
  readonly freeSpace: (folder: string) => Promise<number>
  readonly keepMs?: number
  /** So many at once; the oldest that nobody uses gives way to a new one. */
  readonly most?: number
}

interface Entry {
  readonly upload: Upload
  readonly timer: AbortController
  holders: number
  isOver: boolean
}

/** Files that were sent to be looked at and restored: for an hour, a few at a time, and for nobody else. */
export class Uploads {
  readonly #folder: SpoolFolder
  readonly #room: UploadRoom
  readonly #clock: Clock
  readonly #keepMs: number
  readonly #most: number
  /** The oldest first. */
  readonly #entries = new Map<string, Entry>()
  #writing = 0

  private constructor(options: UploadsOptions, folder: SpoolFolder) {
    this.#folder = folder
    this.#room = new UploadRoom(() => options.freeSpace(folder.path))
    this.#clock = options.clock
    this.#keepMs = options.keepMs ?? 60 * 60_000
    this.#most = options.most ?? 5
  }

  /** What a process left that ended without cleaning up is removed. */
  static async open(options: UploadsOptions): Promise<Uploads> {
    return new Uploads(options, await SpoolFolder.open(options.folder))
  }

  /** Resolves when the whole file is there; what is cut short, or does not fit, leaves nothing. */
  async add(stream: AsyncIterable<Buffer>, sent: SentFile): Promise<Upload> {
    const id = randomBytes(16).toString('hex')
    const path = join(this.#folder.path, id)
    this.#writing += 1
    try {
      await this.#makeRoom()
      const bytes = await writeUpload(stream, path, { ...sent, room: this.#room })
      const upload = { id, name: shownName(sent.name), bytes, path }
      this.#keep(upload)
      return upload
    } catch (error) {
      await rm(path, { force: true })
      throw error
    } finally {
      this.#writing -= 1
    }
  }

  /** Null for one that is not known, or not any more. */
  find(id: string): Upload | null {
    return this.#entries.get(id)?.upload ?? null
  }

  /** Keeps a file until the returned function is called, however long that takes. Null as with `find`. */
  hold(id: string): (() => Promise<void>) | null {
    const entry = this.#entries.get(id)
    if (!entry) return null
    entry.holders += 1
    let isHeld = true
    return async () => {
      if (!isHeld) return
      isHeld = false
      entry.holders -= 1
      if (entry.isOver) await this.remove(id)
    }
  }

  /** At once, or when nobody holds it any more. */
  async remove(id: string): Promise<void> {
    const entry = this.#entries.get(id)
    if (!entry) return
    entry.isOver = true
    if (entry.holders > 0) return
    entry.timer.abort()
    this.#entries.delete(id)
    await rm(entry.upload.path, { force: true })
  }

  async close(): Promise<void> {
    for (const { timer } of this.#entries.values()) timer.abort()
    this.#entries.clear()
    await this.#folder.close()
  }

  async #makeRoom(): Promise<void> {
    if (this.#entries.size + this.#writing <= this.#most) return
    const oldest = [...this.#entries].find(([, { holders }]) => holders === 0)
    if (!oldest)
      throw new OctavoError('job-running', `${this.#most} files that were sent are in use`, {
        hint: 'Wait until one of them is restored, and send yours again.',
      })
    await this.remove(oldest[0])
  }

  #keep(upload: Upload): void {
    const timer = new AbortController()
    this.#entries.set(upload.id, { upload, timer, holders: 0, isOver: false })
    this.#clock.sleep(this.#keepMs, timer.signal).then(
      // What can't be removed goes with the folder.
      () => this.remove(upload.id).catch(() => undefined),
      () => undefined,
    )
  }
}
