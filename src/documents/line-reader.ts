import { maxLineBytes } from '../core/document.js'
import { OctavoError } from '../core/errors.js'
import { type Digests, digestsHere, type RunningDigest } from './digests/digests.js'

const lineBreak = 0x0a

/** Reads lines and runs of record lines from pieces of bytes, digesting what it has given out. */
export class LineReader {
  readonly #pieces: AsyncIterator<Buffer>
  readonly #digest: RunningDigest
  #rest: Buffer = Buffer.alloc(0)
  #ended = false

  constructor(pieces: AsyncIterable<Buffer>, digests: Digests = digestsHere) {
    this.#pieces = pieces[Symbol.asyncIterator]()
    this.#digest = digests.begin()
  }

  /** Of every byte given out so far; later bytes still count for later calls. */
  digest(): Promise<string> {
    return this.#digest.digest()
  }

  /** The next line without its line break; null where the bytes end before a line break. */
  async line(): Promise<string | null> {
    const end = await this.#lineEnd()
    if (end === -1) return null
    const line = this.#rest.toString('utf8', 0, end)
    await this.#take(end + 1)
    return line
  }

  /** What stands behind the last line that was read: at most `limit` bytes of it. */
  async remainder(limit: number): Promise<Buffer> {
    while (this.#rest.length < limit && (await this.#more())) continue
    return this.#rest.subarray(0, limit)
  }

  /**
   * The next lines up to one that begins with `]`, joined as they stand and without the last line's
   * break, and whether that line has been reached; null where the bytes end before a line break.
   */
  async run(): Promise<{ readonly bytes: Buffer; readonly last: boolean } | null> {
    if ((await this.#lineEnd()) === -1) return null
    if (this.#rest[0] === 0x5d) return { bytes: this.#rest.subarray(0, 0), last: true }
    const closing = this.#rest.indexOf('\n]')
    const end = closing === -1 ? this.#rest.lastIndexOf(lineBreak) : closing
    const bytes = this.#rest.subarray(0, end)
    await this.#take(end + 1)
    return { bytes, last: closing !== -1 }
  }

  async close(): Promise<void> {
    this.#ended = true
    await this.#pieces.return?.()
  }

  async #take(bytes: number): Promise<void> {
    const taken = this.#rest.subarray(0, bytes)
    this.#rest = this.#rest.subarray(bytes)
    await this.#digest.update(taken)
  }

  /** Where the first line of `#rest` ends, reading on until it is there. */
  async #lineEnd(): Promise<number> {
    const known = this.#rest.indexOf(lineBreak)
    if (known !== -1) return known
    // One join at the end: joining piece by piece would copy a long line over and over.
    const pieces = [this.#rest]
    let bytes = this.#rest.length
    for (;;) {
      const piece = await this.#next()
      if (!piece) break
      pieces.push(piece)
      const found = piece.indexOf(lineBreak)
      if (found !== -1) {
        this.#rest = Buffer.concat(pieces)
        return bytes + found
      }
      bytes += piece.length
      if (bytes > maxLineBytes)
        throw new OctavoError('document-invalid', `a line is longer than ${maxLineBytes} bytes`)
    }
    this.#rest = Buffer.concat(pieces)
    return -1
  }

  async #more(): Promise<boolean> {
    const piece = await this.#next()
    if (piece) this.#rest = Buffer.concat([this.#rest, piece])
    return piece !== null
  }

  async #next(): Promise<Buffer | null> {
    if (this.#ended) return null
    const { done, value } = await this.#pieces.next()
    if (!done) return value
    this.#ended = true
    return null
  }
}
