import { OctavoError } from '../../core/errors.js'
import { showBytes, type Space } from '../../core/files/free-space.js'
import { spaceNeeded } from '../export/space-needed.js'
import type { ExportWish } from './spooled-export.js'

export interface LedgerOptions {
  readonly folder: string
  readonly freeSpace: () => Promise<number>
  /** Gives back space that is kept only as a convenience. */
  readonly makeRoom: () => Promise<void>
  /** Told of each export that fits, before it begins. */
  readonly onSpace: (wish: ExportWish, space: Space) => void
}

/** Checks that an export fits before it begins, counting what the running ones may still write. */
export class SpaceLedger {
  readonly #options: LedgerOptions
  #reservedBytes = 0

  constructor(options: LedgerOptions) {
    this.#options = options
  }

  /** Returns the function that ends the reservation; `space-short` where there is too little. */
  async reserve(wish: ExportWish): Promise<() => void> {
    const { folder, makeRoom, onSpace } = this.#options
    const neededBytes = await spaceNeeded(wish)
    let freeBytes = await this.#free()
    if (neededBytes > freeBytes) {
      await makeRoom()
      freeBytes = await this.#free()
    }
    if (neededBytes > freeBytes)
      throw new OctavoError(
        'space-short',
        `the export of "${wish.database.name}" needs ${showBytes(neededBytes)} in the spool, ` +
          `where ${showBytes(freeBytes)} is free`,
        { details: { neededBytes, freeBytes } },
      )
    this.#reservedBytes += neededBytes
    onSpace(wish, { folder, neededBytes, freeBytes })
    return () => {
      this.#reservedBytes -= neededBytes
    }
  }

  /** What the running exports leave. */
  async #free(): Promise<number> {
    return Math.max(0, (await this.#options.freeSpace()) - this.#reservedBytes)
  }
}
