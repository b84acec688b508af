import type { RecordChunk } from '../core/engine.js'
import type { FoundLine } from './model-difference.js'

const lineBreak = 0x0a

/** Walks through the record lines of chunks; `bytes` holds the lines at hand, none at the end. */
export class LineCursor {
  readonly #chunks: AsyncIterator<RecordChunk>
  #bytes: Buffer = Buffer.alloc(0)
  #ordinal = 0

  constructor(chunks: AsyncIterable<RecordChunk>) {
    this.#chunks = chunks[Symbol.asyncIterator]()
  }

  /** False at the end of the records. */
  async ready(): Promise<boolean> {
    if (this.#bytes.length > 0) return true
    const { done, value } = await this.#chunks.next()
    if (done) return false
    this.#bytes = value.bytes
    return true
  }

  /** The line at hand, without its separator. Only after `ready`. */
  get line(): Buffer {
    const end = this.#bytes.indexOf(lineBreak)
    return end === -1 ? this.#bytes : this.#bytes.subarray(0, end - 1)
  }

  /** The line at hand, which is passed. */
  take(): FoundLine {
    const line = this.line
    const found = { ordinal: this.#ordinal, line: line.toString('utf8') }
    this.#pass(line.length)
    return found
  }

  /** Passes the lines that stand alike at both cursors. */
  static async passEqual(a: LineCursor, b: LineCursor): Promise<void> {
    while ((await a.ready()) && (await b.ready())) if (!LineCursor.#passEqualAtHand(a, b)) return
  }

  /** False where the lines at hand differ. */
  static #passEqualAtHand(a: LineCursor, b: LineCursor): boolean {
    if (a.#bytes.equals(b.#bytes)) {
      a.#pass(a.#bytes.length)
      b.#pass(b.#bytes.length)
      return true
    }
    while (a.#bytes.length > 0 && b.#bytes.length > 0) {
      const line = a.line
      if (!line.equals(b.line)) return false
      a.#pass(line.length)
      b.#pass(line.length)
    }
    return true
  }

  #pass(length: number): void {
    this.#bytes = this.#bytes.subarray(Math.min(length + 2, this.#bytes.length))
    this.#ordinal += 1
  }
}
