/** Takes exact amounts of bytes from a stream of pieces, in its order. */
export class ByteReader {
  readonly #pieces: AsyncIterator<Uint8Array>
  /** Read and not yet taken; never an empty piece. */
  #held: Buffer[] = []
  #heldBytes = 0
  #ended = false

  constructor(pieces: AsyncIterable<Uint8Array>) {
    this.#pieces = pieces[Symbol.asyncIterator]()
  }

  /** The next `size` bytes; fewer only where the stream ends. */
  async take(size: number): Promise<Buffer> {
    await this.#hold(size)
    const parts: Buffer[] = []
    let missing = Math.min(size, this.#heldBytes)
    this.#heldBytes -= missing
    while (missing > 0) {
      const [piece = Buffer.alloc(0)] = this.#held
      const part = piece.subarray(0, missing)
      parts.push(part)
      missing -= part.length
      if (part.length === piece.length) this.#held.shift()
      else this.#held[0] = piece.subarray(part.length)
    }
    const [only] = parts
    return only && parts.length === 1 ? only : Buffer.concat(parts)
  }

  /** What `take` would give, left where it is. */
  async peek(size: number): Promise<Buffer> {
    await this.#hold(size)
    return Buffer.concat(this.#held).subarray(0, size)
  }

  async isAtEnd(): Promise<boolean> {
    await this.#hold(1)
    return this.#heldBytes === 0
  }

  /** What is left, as it comes. */
  async *rest(): AsyncGenerator<Buffer> {
    while (!(await this.isAtEnd())) yield await this.take(this.#held[0]?.length ?? 0)
  }

  /** Lets the source go of what it holds. */
  async close(): Promise<void> {
    if (!this.#ended) await this.#pieces.return?.()
  }

  async #hold(size: number): Promise<void> {
    while (this.#heldBytes < size && !this.#ended) {
      const next = await this.#pieces.next()
      if (next.done) this.#ended = true
      else if (next.value.length > 0) {
        const { buffer, byteOffset, byteLength } = next.value
        this.#held.push(Buffer.from(buffer, byteOffset, byteLength))
        this.#heldBytes += byteLength
      }
    }
  }
}
