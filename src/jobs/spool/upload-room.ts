import { OctavoError } from '../../core/errors.js'
import { showBytes } from '../../core/files/free-space.js'

/** Room that files of others must leave on the disk: exports and backups are written there, too. */
export const reserveBytes = 256 * 1000 * 1000
/** What is written between two looks at the disk. */
const lookEvery = 16 * 1000 * 1000

/** Watches that what is sent leaves room on the disk, whatever was said of its size. */
export class UploadRoom {
  readonly #freeSpace: () => Promise<number>
  #unseen = Infinity

  constructor(freeSpace: () => Promise<number>) {
    this.#freeSpace = freeSpace
  }

  /** Throws `space-short` where so many bytes do not fit. */
  async require(bytes: number): Promise<void> {
    const free = await this.#freeSpace()
    if (free - bytes >= reserveBytes) return
    const needed = bytes > 0 ? ` of ${showBytes(bytes)}` : ''
    throw new OctavoError(
      'space-short',
      `the file${needed} does not fit into the spool, where ${showBytes(free)} is free and ${showBytes(reserveBytes)} must stay so`,
      { details: { neededBytes: bytes + reserveBytes, freeBytes: free } },
    )
  }

  /** The same for what is about to be written, by whichever of several that are being sent. */
  async take(bytes: number): Promise<void> {
    this.#unseen += bytes
    if (this.#unseen < lookEvery) return
    this.#unseen = 0
    await this.require(bytes)
  }
}
