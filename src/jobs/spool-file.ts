import { open, type FileHandle } from 'node:fs/promises'
import { messageOf } from '../core/message-of.js'
import { OctavoError } from '../core/errors.js'

/**
 * A file being written once, from its beginning to its end. One piece is being written while the next
 * is made: an error of writing reaches the caller of the next `write`, `sync` or `close`.
 */
export class SpoolFile {
  readonly path: string
  readonly #handle: FileHandle
  #writing: Promise<void> = Promise.resolve()

  private constructor(path: string, handle: FileHandle) {
    this.path = path
    this.#handle = handle
  }

  /** Never overwrites; mode 0600. */
  static async create(path: string): Promise<SpoolFile> {
    return new SpoolFile(path, await open(path, 'wx', 0o600))
  }

  /** Resolves when the bytes are taken, not yet written: they must not change any more. */
  async write(bytes: Buffer): Promise<void> {
    await this.#writing
    this.#writing = this.#write(bytes)
    this.#writing.catch(() => undefined) // it is thrown where it is waited for
  }

  /** Makes the bytes durable; the folder is the caller's to sync when the file gets its final name. */
  async sync(): Promise<void> {
    await this.#writing
    try {
      await this.#handle.sync()
    } catch (error) {
      throw asWriteError(error, this.path)
    }
  }

  /** Throws where not every byte could be written. May be called twice; leaves the file where it is. */
  async close(): Promise<void> {
    try {
      await this.#writing
    } finally {
      await this.#handle.close()
    }
  }

  async #write(bytes: Buffer): Promise<void> {
    let written = 0
    try {
      while (written < bytes.length) {
        const result = await this.#handle.write(bytes, written)
        written += result.bytesWritten
      }
    } catch (error) {
      throw asWriteError(error, this.path)
    }
  }
}

function asWriteError(error: unknown, path: string): OctavoError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new OctavoError('space-short', `could not write ${path}: the disk is full`, {
      cause: error,
    })
  const cause = messageOf(error)
  return new OctavoError('io-failed', `could not write ${path}: ${cause}`, { cause: error })
}
