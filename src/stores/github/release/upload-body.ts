import type { PutSource, StoreCall } from '../../../core/store.js'
import { provedBytes } from '../../proved-bytes.js'

/**
 * The body of an upload. Its last piece is held back until the source turned out to be what it says: else
 * the service would have all the bytes of an object that must not be there.
 */
export class UploadBody {
  /** What the source threw. */
  failure: unknown = null
  /** All bytes were given. */
  done = false
  readonly #source: PutSource
  readonly #what: string
  readonly #call: StoreCall

  constructor(source: PutSource, what: string, call: StoreCall) {
    this.#source = source
    this.#what = what
    this.#call = call
  }

  async *pieces(): AsyncGenerator<Uint8Array> {
    let given = 0
    let held: Uint8Array | null = null
    try {
      for await (const piece of provedBytes(this.#source, this.#what, this.#call.signal)) {
        if (held) {
          given += held.length
          yield held
          this.#call.onBytes?.(given)
        }
        held = Buffer.from(piece)
      }
    } catch (error) {
      this.failure = error
      throw error
    }
    this.done = true
    // In place of no byte at all, which GitHub does not take.
    yield held ?? Buffer.from('\n')
    this.#call.onBytes?.(this.#source.size)
  }
}
