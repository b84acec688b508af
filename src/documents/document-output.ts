import type { Digests, RunningDigest } from './digests/digests.js'

/** Where a document goes, in large pieces. The bytes are the sink's to keep. */
export interface Sink {
  write(bytes: Buffer): Promise<void> | void
}

const pieceBytes = 512 * 1024
/** From this size on a piece goes out as it is: copying it would cost more than a call. */
const largeBytes = 128 * 1024

/** Gathers small writes into large pieces, and digests what passes. */
export class DocumentOutput {
  readonly #sink: Sink
  readonly #digest: RunningDigest
  #piece = Buffer.allocUnsafe(pieceBytes)
  #filled = 0
  #bytes = 0

  constructor(sink: Sink, digests: Digests) {
    this.#sink = sink
    this.#digest = digests.begin()
  }

  /** What was written so far, gathered bytes included. */
  get bytes(): number {
    return this.#bytes
  }

  async text(text: string): Promise<void> {
    await this.write(Buffer.from(text))
  }

  async write(bytes: Buffer): Promise<void> {
    this.#bytes += bytes.length
    if (bytes.length >= largeBytes || this.#filled + bytes.length > pieceBytes) await this.flush()
    if (bytes.length >= largeBytes) {
      await this.#give(bytes)
      return
    }
    bytes.copy(this.#piece, this.#filled)
    this.#filled += bytes.length
  }

  async flush(): Promise<void> {
    if (this.#filled === 0) return
    const full = this.#piece.subarray(0, this.#filled)
    this.#piece = Buffer.allocUnsafe(pieceBytes)
    this.#filled = 0
    await this.#give(full)
  }

  /** Of every byte so far. */
  async digest(): Promise<string> {
    await this.flush()
    return await this.#digest.digest()
  }

  async #give(bytes: Buffer): Promise<void> {
    await this.#digest.update(bytes)
    await this.#sink.write(bytes)
  }
}
